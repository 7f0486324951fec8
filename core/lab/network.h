// SPDX-License-Identifier: MIT
//
// The namespaces of a lab and the links between them, as the lab's process makes and holds them.
//
// Its thread stays in the wires' namespace, which has no addresses, and visits a host for the
// length of one call.  Everything vanishes with the descriptors and the processes inside.
#pragma once

#include <functional>

#include "lab/plan.h"
#include "netlink/socket.h"

namespace mptcp::lab {

class Network {
 public:
  static Result<Network> build(const LabSpec& spec, const std::vector<PlannedPath>& plan);

  // Carrier on or off at both ends of a wire; a direct path's ends go up and down themselves.
  // When this returns, both hosts have noticed.
  Result<void> set_link(std::size_t path, LinkState state);
  // The largest burst that the hosts may hand to a wire as one frame.
  Result<void> set_burst(std::size_t path, std::uint32_t packets);
  Result<OwnedFd> open_socket(std::size_t host, int family, int type, int protocol);

  // Of the hosts, in their order.
  std::vector<int> namespaces() const;
  const std::vector<PlannedPath>& plan() const { return plan_; }

 private:
  struct Host {
    OwnedFd network;
    netlink::Socket route;
    std::string congestion_control;
  };
  Network(OwnedFd wires, netlink::Socket route, std::vector<PlannedPath> plan)
      : wires_(std::move(wires)), route_(std::move(route)), plan_(std::move(plan)) {}

  Result<void> add_host(const HostSpec& spec);
  Result<void> add_path(std::size_t path);
  Result<void> add_addressing(std::size_t path, std::size_t side);
  static Result<void> await_link(netlink::Socket& socket, InterfaceIndex interface,
                                 LinkState state);
  // Runs in a host's namespace, then comes back.
  Result<void> visit(std::size_t host, const std::function<Result<void>()>& visit);

  OwnedFd wires_;
  netlink::Socket route_;
  std::vector<PlannedPath> plan_;
  std::vector<Host> hosts_;
};

}  // namespace mptcp::lab
