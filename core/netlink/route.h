// SPDX-License-Identifier: MIT
//
// Links, addresses, routes, rules and neighbours, as rtnetlink messages to send on a Socket of
// protocol NETLINK_ROUTE.  Bytes only: what network they make is the caller's affair.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <mptcp/base.h>

#include "netlink/message.h"

namespace mptcp::netlink {

using HardwareAddress = std::array<std::uint8_t, 6>;

// One end of a veth pair.  The index is the caller's choice, so that it need not be asked for.
struct VethEnd {
  std::string name;
  InterfaceIndex index{};
  int network = -1;  // a descriptor of the namespace that it goes to; -1: it stays
  HardwareAddress hardware_address{};
};
// To be sent in `a`'s namespace.
Message create_veth(const VethEnd& a, const VethEnd& b);

struct LinkChange {
  std::optional<bool> up;
  std::optional<std::uint32_t> gso_max_segments;
};
Message change_link(InterfaceIndex interface, const LinkChange& change);

Message get_link(InterfaceIndex interface);
// Whether the link that the answer describes can carry packets now.
bool is_running(const View& link);

// The address is usable at once: no duplicate address detection.
Message add_address(InterfaceIndex interface, const Address& address, std::uint8_t prefix);

struct Route {
  Address destination;
  std::uint8_t prefix = 0;
  InterfaceIndex interface {};
  std::uint32_t table = 0;  // 0: the main one
  std::optional<Address> gateway;
  std::optional<Address> source;
  std::string congestion_control;  // of connections that take it; may be empty
};
Message add_route(const Route& route);

// Packets from, or to, that address look into `table` first.
Message add_rule_from(const Address& address, std::uint32_t table);
Message add_rule_to(const Address& address, std::uint32_t table);

// A permanent entry.
Message add_neighbour(InterfaceIndex interface, const Address& address,
                      const HardwareAddress& hardware_address);

}  // namespace mptcp::netlink
