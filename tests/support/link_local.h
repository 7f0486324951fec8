// SPDX-License-Identifier: MIT
//
// The link-local address of an interface.  The kernel gives it once the link has come up, in its
// own time, so a test waits until it is told of it.
#pragma once

#include <string>

#include <mptcp/base.h>

namespace mptcp::test {

struct Link {
  InterfaceIndex interface {};
  Address address;
};

// In the network namespace of this thread; fails the test when none comes.
Link link_local(const std::string& interface);

}  // namespace mptcp::test
