// SPDX-License-Identifier: MIT
//
// The listener behind an announced port.  The kernel takes joins off a listening MPTCP socket
// before anybody accepts them; whoever does come out of accept() is a stranger and is turned away.
#pragma once

#include <mptcp/base.h>

#include "kernel/kernel.h"

namespace mptcp::paths {

class Guard {
 public:
  // `already_exists` when something has the address and port already.
  static Result<Guard> open(kernel::Kernel& kernel, const Address& address,
                            std::optional<InterfaceIndex> interface);

  int descriptor() const { return listener_.get(); }
  // Never waits.
  void turn_strangers_away();

 private:
  Guard(kernel::Kernel& kernel, OwnedFd listener)
      : kernel_(&kernel), listener_(std::move(listener)) {}

  kernel::Kernel* kernel_;
  OwnedFd listener_;
};

}  // namespace mptcp::paths
