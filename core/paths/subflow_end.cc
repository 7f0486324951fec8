// SPDX-License-Identifier: MIT
#include "paths/subflow_end.h"

#include <cerrno>

#include "paths/refusals.h"

namespace mptcp::paths {
namespace {

// RFC 8684, 3.6: what a reset may say.
enum : std::uint32_t { lack_of_resources = 2, prohibited = 3, middlebox = 6 };

std::string_view reset_words(std::uint32_t reset_reason) {
  switch (reset_reason) {
    case 1:
      return "the peer had an MPTCP error";
    case lack_of_resources:
      return "the peer lacks resources";
    case prohibited:
      return "the peer prohibits it";
    case 4:
      return "too much data is outstanding";
    case 5:
      return "the peer finds its performance unacceptable";
    case middlebox:
      return "a box on the way interferes with MPTCP";
    default:
      return "";
  }
}

Error reset_error(std::uint32_t reset_reason, int os_code, const std::string& what) {
  const ErrorKind kind = reset_reason == lack_of_resources || reset_reason == prohibited
                             ? ErrorKind::limit_reached
                             : ErrorKind::system;
  return {kind, os_code, what + ": " + std::string(reset_words(reset_reason))};
}

}  // namespace

std::optional<bool> is_joinable(const Target& target) {
  auto live = target.subflows(Depth::detail);
  if (!live) return std::nullopt;
  std::optional<bool> joinable;
  for (const Subflow& subflow : *live) {
    if (!subflow.detail || !subflow.detail->fully_established) continue;
    joinable = joinable.value_or(false) || *subflow.detail->fully_established;
  }
  return joinable;
}

Error subflow_end_error(const std::optional<netlink::PmEvent>& end, bool answered,
                        const std::string& what) {
  // One that is killed here before it came up is reported without its remote port.
  if (end && end->remote && end->remote->port == Port{}) {
    return {ErrorKind::system, ECONNABORTED, what + ": it was closed from this side"};
  }
  const int os_code = end ? end->error.value_or(0) : 0;
  const auto reset_reason = end ? end->reset_reason.value_or(0) : 0;
  if (!reset_words(reset_reason).empty()) {
    return reset_error(reset_reason, os_code ? os_code : ECONNRESET, what);
  }
  if (os_code != 0) return subflow_error(os_code, what);
  if (answered) {
    return {ErrorKind::limit_reached, 0,
            what +
                ": the peer took it back: it has as many subflows as it allows, or nobody "
                "there looks after joins"};
  }
  return {ErrorKind::system, ECONNREFUSED,
          what + ": the peer did not take it for a join, or the network stripped MPTCP off it"};
}

}  // namespace mptcp::paths
