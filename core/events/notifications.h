// SPDX-License-Identifier: MIT
//
// A subscription to what the kernel multicasts about the MPTCP connections of a namespace.
#pragma once

#include <vector>

#include <mptcp/events.h>

#include "netlink/mptcp_pm.h"

namespace mptcp::events {

class Notifications {
 public:
  // Fails with `not_permitted`, or with `not_supported` where the kernel has none.
  static Result<Notifications> subscribe(kernel::Kernel& kernel, int receive_buffer);

  // What has come.  When it is very much, `more` is set, and the rest is for the next call.
  struct Batch {
    std::vector<Event> events;
    bool lost = false;  // the queue overflowed: younger ones than these are missing
    bool more = false;
  };
  Result<Batch> take(std::chrono::steady_clock::time_point now);

  int descriptor() const { return socket_.descriptor(); }

 private:
  Notifications(netlink::Socket socket, std::uint16_t family)
      : socket_(std::move(socket)), family_(family) {}

  netlink::Socket socket_;
  std::uint16_t family_;
};

}  // namespace mptcp::events
