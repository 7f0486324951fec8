// SPDX-License-Identifier: MIT
//
// Which process holds a socket: what /proc lets us see.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "kernel/kernel.h"

namespace mptcp::connection {

struct Holder {
  int pid = 0;
  int fd = 0;
  std::string process;
};

// The holder with the lowest pid of every socket that is held, by the socket's inode.  Processes of
// other users stay unseen without privilege.
std::unordered_map<std::uint64_t, Holder> find_holders(kernel::Kernel& kernel);

}  // namespace mptcp::connection
