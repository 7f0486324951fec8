// SPDX-License-Identifier: MIT
//
// One subflow's struct tcp_info, and how much of it the kernel filled.
#pragma once

#include <cstdint>

#include <mptcp/tcp_info.h>

namespace mptcp::ruby {

struct TcpRecord {
  TcpInfo tcp;
  std::uint32_t size;
};

}  // namespace mptcp::ruby
