// SPDX-License-Identifier: MIT
#include "events/translate.h"

#include <algorithm>
#include <iterator>

namespace mptcp::events {
namespace {

using netlink::PmEventType;

// What a notification of a kind has to say to be of use.
enum class Names : std::uint8_t { connection, address, subflow, listener };

struct Translation {
  PmEventType type;
  EventKind kind;
  Names names;
};
constexpr Translation translations[] = {
    {PmEventType::created, EventKind::created, Names::subflow},
    {PmEventType::established, EventKind::established, Names::subflow},
    {PmEventType::closed, EventKind::closed, Names::connection},
    {PmEventType::announced, EventKind::announced, Names::address},
    {PmEventType::removed, EventKind::removed, Names::address},
    {PmEventType::subflow_established, EventKind::subflow_established, Names::subflow},
    {PmEventType::subflow_closed, EventKind::subflow_closed, Names::subflow},
    {PmEventType::subflow_priority, EventKind::subflow_priority, Names::subflow},
    {PmEventType::listener_created, EventKind::listener_created, Names::listener},
    {PmEventType::listener_closed, EventKind::listener_closed, Names::listener},
};

bool is_complete(const netlink::PmEvent& notice, Names names) {
  if (names == Names::listener) return notice.local.has_value();
  if (!notice.token) return false;
  if (names == Names::address) return notice.remote_id.has_value();
  return names == Names::connection || (notice.local && notice.remote);
}

std::optional<Address> scoped(const std::optional<Address>& address,
                              std::optional<InterfaceIndex> interface) {
  if (!address) return std::nullopt;
  return with_scope(*address, interface);
}

}  // namespace

Address with_scope(Address address, std::optional<InterfaceIndex> interface) {
  if (interface && address.scope == 0 && address.is_link_local()) {
    address.scope = number(*interface);
  }
  return address;
}

std::optional<Event> translate(const netlink::PmEvent& notice,
                               std::chrono::steady_clock::time_point time) {
  const auto* translation =
      std::find_if(std::begin(translations), std::end(translations),
                   [&](const Translation& entry) { return entry.type == notice.type; });
  if (translation == std::end(translations)) return std::nullopt;
  if (!is_complete(notice, translation->names)) return std::nullopt;

  Event event{.kind = translation->kind, .time = time};
  event.token = notice.token.value_or(Token{});
  event.local = scoped(notice.local, notice.interface);
  event.remote = scoped(notice.remote, notice.interface);
  event.local_id = notice.local_id;
  event.remote_id = notice.remote_id;
  event.interface = notice.interface;
  event.backup = notice.backup;
  event.error = notice.error;
  event.reset_reason = notice.reset_reason;
  event.server_side = notice.server_side;
  // Since Linux 6.18 a client's notifications say nothing of the side.
  if (event.kind == EventKind::created || event.kind == EventKind::established) {
    event.server_side = notice.server_side.value_or(false);
  }
  return event;
}

}  // namespace mptcp::events
