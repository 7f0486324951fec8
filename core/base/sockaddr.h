// SPDX-License-Identifier: MIT
//
// from_sockaddr() for whoever reads many: into an Address that is already in its place, since
// handing one on costs more than making it.
#pragma once

#include <mptcp/base.h>

namespace mptcp {

// False, and nothing written, on a family or a length that is neither IPv4 nor IPv6.
bool read_sockaddr(const sockaddr* address, socklen_t length, Address& out);

}  // namespace mptcp
