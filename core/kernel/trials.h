// SPDX-License-Identifier: MIT
//
// What cannot be tried in this process without changing it is tried in another.  Kernel's
// try_namespaces() and try_borrowing() are these.
#pragma once

#include "kernel/kernel.h"

namespace mptcp::kernel {

NamespaceTrial try_namespaces(std::span<const std::byte> route_message);
int try_borrowing(int fd);

}  // namespace mptcp::kernel
