// SPDX-License-Identifier: MIT
//
// This kernel made older: a seccomp filter, from the start of a suite to its end, answers some
// system calls as a kernel would that lacks the feature.  The variant is named by the environment
// variable MPTCP_TEST_OLD_KERNEL; CTest runs the connection suites once with each.
#pragma once

#include <string>

namespace mptcp::test {

enum class OldKernel {
  none,               // as the machine is
  absent,             // socket(…, IPPROTO_MPTCP): EPROTONOSUPPORT
  disabled,           // socket(…, IPPROTO_MPTCP): ENOPROTOOPT
  without_full_info,  // no MPTCP_FULL_INFO: before Linux 6.5
  without_info,       // no option of level SOL_MPTCP: before Linux 5.16
};

// What the environment asks for.  An unknown word is a failed suite, not a skipped one.
OldKernel old_kernel();

// Installs the filter of old_kernel(); says why not, or nothing.
std::string grow_old();

// Whether this suite may count on it: an old kernel lacks it, or LIBMPTCP_DISABLE names it.
bool has_mptcp_sockets();
bool has_connection_info();
bool has_full_info();
bool has_subflow_detail();
bool has_connection_listing();

}  // namespace mptcp::test

// For a test that needs what an old kernel lacks.
#define MPTCP_NEEDS(feature)                                                       \
  if (!mptcp::test::has_##feature()) {                                             \
    GTEST_SKIP() << "this older kernel has no " #feature ", which the test needs"; \
  }
