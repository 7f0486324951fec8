// SPDX-License-Identifier: MIT
//
// What a specification means: which interface, index and address each host gets on each path.
//
// Pure.  Interface indices are chosen here rather than asked for: every namespace is new.
#pragma once

#include <array>

#include <mptcp/lab_spec.h>

#include "netlink/route.h"

namespace mptcp::lab {

// One host's end of a path.
struct End {
  std::size_t host = 0;  // index into LabSpec::hosts
  std::string interface_name;
  InterfaceIndex interface {};
  netlink::HardwareAddress hardware_address{};
  Address v4;
  Address v6;
  Address link_local;
  // Of the veth's other end: in the wires' namespace, or on a direct path not used.
  std::string wire_name;
  InterfaceIndex wire_interface{};
  netlink::HardwareAddress wire_hardware_address{};
};

struct PlannedPath {
  std::size_t number = 0;  // counted from 1
  PathKind kind{};
  std::array<End, 2> ends;  // from, to
};

// Fails with `invalid_argument` when the specification contradicts itself.  Names left out are
// filled in, in `spec` itself.
Result<std::vector<PlannedPath>> make_plan(LabSpec& spec);

// The address of a path's first (side 0) or second host, paths counted from 1.
Address address_of(std::size_t path, std::size_t side, Family family);

// The addresses, routes, rules and neighbours of one end.  Rules are apart: they outlive the link.
std::vector<netlink::Message> addressing_of(const std::vector<PlannedPath>& plan, std::size_t path,
                                            std::size_t side,
                                            const std::string& congestion_control);
std::vector<netlink::Message> rules_of(const PlannedPath& path, std::size_t side);

// The hosts in the form of /etc/hosts: "server" by each of its addresses, "server.wifi" by the ones
// on that path.
std::string host_names(const LabSpec& spec);

// The position of the path with that name or number.
Result<std::size_t> find_path(const std::vector<PathSpec>& paths, std::string_view word);

}  // namespace mptcp::lab
