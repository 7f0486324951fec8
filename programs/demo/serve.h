// SPDX-License-Identifier: MIT
//
// Both ends of a download that knows nothing of libmptcp: the server of them all, and the plain TCP
// that the others are compared with.
#pragma once

#include <cstdint>
#include <string>

#include <mptcp/base.h>

namespace demo {

// Serves `size` bytes of a fixed pseudo-random stream to each of `connections` clients, in turn.
void serve(const mptcp::Address& address, std::uint64_t size, int connections);

// Downloads into `file`, and tells of it as an application does (follow.h).
void download_plainly(const mptcp::Address& server, const std::string& file);

}  // namespace demo
