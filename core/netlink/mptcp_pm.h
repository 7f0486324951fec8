// SPDX-License-Identifier: MIT
//
// The kernel's generic netlink family `mptcp_pm`, version 1, as bytes: its commands, its address
// entries, its notifications.  What a command means and when it may be given is core/paths' affair.
#pragma once

#include <mptcp/base.h>

#include "netlink/socket.h"

namespace mptcp::netlink {

enum class PmCommand : std::uint8_t {
  add_endpoint = 1,
  remove_endpoint = 2,
  get_address = 3,
  flush_endpoints = 4,
  set_limits = 5,
  get_limits = 6,
  set_flags = 7,
  announce = 8,
  remove = 9,
  subflow_create = 10,
  subflow_destroy = 11,
};

enum class PmEventType : std::uint8_t {
  created = 1,
  established = 2,
  closed = 3,
  announced = 6,
  removed = 7,
  subflow_established = 10,
  subflow_closed = 11,
  subflow_priority = 13,
  listener_created = 15,
  listener_closed = 16,
};

inline constexpr std::uint32_t pm_flag_signal = 1;
inline constexpr std::uint32_t pm_flag_backup = 4;

// The family as this kernel numbers it.
struct PmFamily {
  std::uint16_t id = 0;
  std::uint32_t events_group = 0;  // 0: this kernel has no notifications
};

// Asks the controller.  `not_supported` when the kernel has no such family.
Result<PmFamily> resolve_pm_family(Socket& socket);

// One entry of an address list, or one end of a subflow.  The port is in host order, as the kernel
// wants it in requests.
struct PmAddress {
  Address address;
  std::optional<AddressId> id;
  std::optional<std::uint32_t> flags;
  std::optional<InterfaceIndex> interface;
};

// A command, field by field: what is absent is left out of the message.
struct PmRequest {
  PmCommand command{};
  bool dump = false;
  std::optional<Token> token;
  std::optional<PmAddress> local;  // the endpoint, for endpoint commands
  std::optional<PmAddress> remote;
  std::optional<AddressId> endpoint_id;  // an endpoint named by its id alone (get, remove)
  std::optional<AddressId> removed_id;   // of `remove`
  std::optional<std::uint32_t> limit_add_addr_accepted;
  std::optional<std::uint32_t> limit_subflows;
};
Message encode(const PmFamily& family, const PmRequest& request);

// What the get commands answer with.
std::optional<PmAddress> decode_address(const View& view);
struct PmLimits {
  std::uint32_t add_addr_accepted = 0;
  std::uint32_t subflows = 0;
};
std::optional<PmLimits> decode_limits(const View& view);

// A notification.  `type` may be one that this version does not know.  Ports are in host order
// here; the kernel sends them in network order.
struct PmEvent {
  PmEventType type{};
  std::optional<Token> token;
  std::optional<Address> local;   // saddr, sport
  std::optional<Address> remote;  // daddr, dport
  std::optional<AddressId> local_id;
  std::optional<AddressId> remote_id;
  std::optional<bool> backup;
  std::optional<InterfaceIndex> interface;
  std::optional<bool> server_side;
  std::optional<std::uint8_t> error;
  std::optional<std::uint32_t> reset_reason;
};
std::optional<PmEvent> decode_event(const View& view);

}  // namespace mptcp::netlink
