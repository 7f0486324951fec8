// SPDX-License-Identifier: MIT
//
// Starting a program in a host, as a child of the calling process.
#pragma once

#include <mptcp/lab.h>

namespace mptcp::lab {

// The namespaces of a lab's host, borrowed.
struct Place {
  int user = -1;
  int process = -1;
  int mount = -1;
  int network = -1;
};

// `environment` as for execve(2).
Result<pid_t> spawn(const Place& place, const Command& command,
                    const std::vector<std::string>& environment);

}  // namespace mptcp::lab
