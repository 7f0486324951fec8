// SPDX-License-Identifier: MIT
//
// The kernel's struct mptcp_info, as getsockopt and sock_diag give it, made ConnectionInfo.
#pragma once

#include <cstddef>

#include <mptcp/connection.h>

#include "kernel/constants.h"

namespace mptcp::connection {

// A field is there when it lies wholly within the `length` bytes that the kernel filled.
ConnectionInfo decode_info(const kernel::MptcpInfo& raw, std::size_t length);

}  // namespace mptcp::connection
