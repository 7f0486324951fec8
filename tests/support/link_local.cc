// SPDX-License-Identifier: MIT
#include "support/link_local.h"

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <poll.h>

#include "netlink/socket.h"

namespace mptcp::test {

Link link_local(const std::string& interface) {
  auto& kernel = kernel::system_kernel();
  const InterfaceIndex index{static_cast<std::uint32_t>(kernel.interface_index(interface))};
  auto news = netlink::Socket::open(kernel, NETLINK_ROUTE).value();
  news.join(RTNLGRP_IPV6_IFADDR).value();
  for (;;) {
    for (const Address& address : kernel.interface_addresses(index)) {
      if (address.is_link_local()) return {index, address};
    }
    pollfd heard{news.descriptor(), POLLIN, 0};
    if (::poll(&heard, 1, 10'000) != 1 || !news.receive()) break;
  }
  ADD_FAILURE() << interface << " has no link-local address";
  return {};
}

}  // namespace mptcp::test
