// SPDX-License-Identifier: MIT
//
// Reading the options of level SOL_MPTCP, and what it means when the kernel refuses: that depends
// on what the descriptor is.
#pragma once

#include <cerrno>

#include <mptcp/connection.h>

#include "kernel/constants.h"
#include "kernel/kernel.h"

namespace mptcp::connection {

// getsockopt at SOL_MPTCP.  What is switched off answers as a kernel that lacks it.
//
// Inline, as everything is that stands between a question and its system call: the processor has
// forgotten the way back by then, and each return costs it some 7 ns.
inline int get_mptcp_option(kernel::Kernel& kernel, int fd, int option, void* value,
                            socklen_t* length) {
  if (kernel.is_switched_off(Capability::connection_info) ||
      (option == kernel::mptcp_full_info && kernel.is_switched_off(Capability::full_info))) {
    return -EOPNOTSUPP;
  }
  return kernel.get_option(fd, kernel::sol_mptcp, option, value, length);
}

// An int option of any level: its value, or the negative errno.
struct IntOption {
  int code = 0;
  int value = 0;
};
IntOption get_int_option(kernel::Kernel& kernel, int fd, int level, int option);

// What a descriptor was made as.  Fails with `invalid_argument` when it is neither.
Result<Transport> made_as(kernel::Kernel& kernel, int fd);

// Whether a socket made as MPTCP goes on as plain TCP.  Asked when SOL_MPTCP was refused, which
// kernels before 5.16 do on every socket.
bool is_fallen_back(kernel::Kernel& kernel, int fd);

// The error for a get_mptcp_option() that answered `code`: `fell_back`, `not_supported`, or
// `invalid_argument` for what is no MPTCP socket.
Error refused(kernel::Kernel& kernel, int fd, int code);

std::string describe(int fd);  // "descriptor 5"

}  // namespace mptcp::connection
