// SPDX-License-Identifier: MIT
//
// Every kernel test runs in user and network namespaces of its own: no root is needed, nothing
// outside is touched, and tests run side by side.
#pragma once

#include <functional>
#include <string>

namespace mptcp::test {

// Makes this process the root of fresh user and network namespaces with lo up.  Returns why not, or
// nothing.
std::string enter_own_namespaces();

// For a suite's main(): enters fresh user and network namespaces with lo up, as their root, then
// runs the tests.  Where that is not allowed, says why in one line and returns 77.
int run_in_own_namespaces(int argc, char** argv);

// Writes /proc/sys/net/…; fails the test when it cannot.
void write_sysctl(const std::string& name, const std::string& value);
std::string read_sysctl(const std::string& name);

// Runs it in a thread that has given up every capability.
void run_without_privileges(const std::function<void()>& body);

// While it lives, this thread has no effective capability: it is an ordinary user.
class Unprivileged {
 public:
  Unprivileged();
  ~Unprivileged();
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
};

}  // namespace mptcp::test

#define MPTCP_KERNEL_SUITE_MAIN() \
  int main(int argc, char** argv) { return mptcp::test::run_in_own_namespaces(argc, argv); }
