// SPDX-License-Identifier: MIT
//
// What sock_diag knows of a subflow, and the snapshot does not.
#pragma once

#include <span>

#include <mptcp/connection.h>

#include "kernel/kernel.h"
#include "netlink/sock_diag.h"

namespace mptcp::connection {

SubflowDetail to_detail(kernel::Kernel& kernel, const netlink::DiagSocket& socket);

// Looks up each of a connection's subflows; leaves those without detail that vanished meanwhile.
// Allocates nothing.
Result<void> add_details(kernel::Kernel& kernel, int fd, std::span<Subflow> subflows);

}  // namespace mptcp::connection
