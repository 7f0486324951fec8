// SPDX-License-Identifier: MIT
//
// What the kernel's sock_diag says of sockets, as messages.
#pragma once

#include <string>

#include "netlink/sock_diag.h"

namespace mptcp::test {

struct DiagSpec {
  netlink::SocketKey key;
  TcpState state = TcpState::established;
  std::uint32_t owner = 0;
  std::uint32_t inode = 0;
  std::uint64_t cookie = 0;
  std::string congestion_control;  // empty: not told
};
netlink::Message make_diag(const DiagSpec& spec, std::uint16_t flags = 0);
// What MPTCP adds to a subflow, and what is told of a connection.
void append_ulp(netlink::Message& message, const netlink::DiagUlp& ulp);
void append_info(netlink::Message& message, const kernel::MptcpInfo& info);

}  // namespace mptcp::test
