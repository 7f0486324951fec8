// SPDX-License-Identifier: MIT
//
// The questions of <mptcp/connection.h> with the kernel given: what paths/ and events/ ask about a
// connection, and what the unit tests script.  The promises are the public header's.
#pragma once

#include <mptcp/connection.h>

#include "kernel/kernel.h"

namespace mptcp::connection {

Result<Status> status(kernel::Kernel& kernel, int fd);
Result<ConnectionInfo> info(kernel::Kernel& kernel, int fd);

Result<std::vector<Subflow>> subflows(kernel::Kernel& kernel, int fd,
                                      Depth depth = Depth::snapshot);
Result<SubflowCount> subflows(kernel::Kernel& kernel, int fd, std::span<Subflow> storage,
                              Depth depth = Depth::snapshot);

// Both, for the price of the second: info() and subflows().
struct Look {
  ConnectionInfo info;
  std::vector<Subflow> subflows;
};
Result<Look> look(kernel::Kernel& kernel, int fd);

Result<std::vector<ListedConnection>> list_connections(kernel::Kernel& kernel);
// One of them, by its token; `not_found` if there is none.  The process is not looked for.
Result<ListedConnection> find_connection(kernel::Kernel& kernel, Token token);

Result<OwnedFd> borrow_descriptor(kernel::Kernel& kernel, int pid, int fd);

// The kernel's number for a socket, never used again: is the descriptor still the same socket?
Result<std::uint64_t> socket_cookie(kernel::Kernel& kernel, int fd);
// The kernel's number for the network namespace that a socket was made in; absent before
// Linux 5.14.
std::optional<std::uint64_t> namespace_cookie(kernel::Kernel& kernel, int fd);

}  // namespace mptcp::connection
