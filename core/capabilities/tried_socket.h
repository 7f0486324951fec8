// SPDX-License-Identifier: MIT
//
// Sockets of our own to try things on.
#pragma once

#include <mptcp/base.h>

#include "kernel/kernel.h"

namespace mptcp::probes {

// An MPTCP socket, or why there is none.
Result<OwnedFd> open_mptcp(kernel::Kernel& kernel);

// Makes a socket listen on 127.0.0.1, even where the loopback interface is down, at a port that the
// kernel chooses: the address.
Result<Address> listen_on_loopback(kernel::Kernel& kernel, int fd);

}  // namespace mptcp::probes
