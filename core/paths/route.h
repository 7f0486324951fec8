// SPDX-License-Identifier: MIT
//
// Where a new subflow goes from and to: what the caller named, and what the connection, routing and
// the interface say about the rest.
#pragma once

#include <mptcp/paths.h>

#include "paths/target.h"

namespace mptcp::paths {

// IPv4 ends are plain, never v4-mapped: an AF_INET6 socket takes both, an AF_INET one prefers it.
struct Route {
  Address local;  // port 0: the kernel chooses
  Address remote;
  std::optional<InterfaceIndex> interface;
};

// Fails with `invalid_argument` on what can never work, naming it, and with `system` when there is
// no way to the remote address.
Result<Route> complete_route(kernel::Kernel& kernel, const Target& target,
                             const OpenRequest& request);

// The interface that a link-local address or the caller named; `invalid_argument` when they
// contradict each other, or when a link-local address has none.
Result<std::optional<InterfaceIndex>> interface_of(const Address& address,
                                                   std::optional<InterfaceIndex> named);

}  // namespace mptcp::paths
