// SPDX-License-Identifier: MIT
//
// How the lab's process comes to be, seen from the caller, which stays as it is: no child that it
// could find with wait(2), no signal, no namespace of its own changed.
#pragma once

#include <mptcp/lab.h>

namespace mptcp::lab {

struct Newborn {
  OwnedFd control;  // the owner's connection
  std::string greeting;
  std::vector<OwnedFd> namespaces;
};

// `spec` has been checked; `socket_path` may be empty.  Returns once the lab works.
Result<Newborn> start_process(const LabSpec& spec, const std::string& socket_path);

}  // namespace mptcp::lab
