// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>

#include <mptcp/events.h>

#include "base/quoted.h"

namespace mptcp {
namespace {

constexpr std::string_view kind_words[] = {
    "created",          "established",         "closed",         "announced",
    "removed",          "subflow_established", "subflow_closed", "subflow_priority",
    "listener_created", "listener_closed",     "fell_back",      "subflow_silent",
    "subflow_resumed",
};
static_assert(std::size(kind_words) == static_cast<std::size_t>(EventKind::subflow_resumed) + 1);

constexpr std::string_view origin_words[] = {"kernel", "comparison", "sampling"};
static_assert(std::size(origin_words) == static_cast<std::size_t>(EventOrigin::sampling) + 1);

}  // namespace

std::string_view name(EventKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }

std::string_view name(EventOrigin origin) { return origin_words[static_cast<std::size_t>(origin)]; }

Result<EventKind> parse_event_kind(std::string_view text) {
  const auto* word = std::find(std::begin(kind_words), std::end(kind_words), text);
  if (word == std::end(kind_words)) {
    return Error{ErrorKind::invalid_argument, 0, quoted(text) + " is not a kind of event"};
  }
  return static_cast<EventKind>(word - std::begin(kind_words));
}

}  // namespace mptcp
