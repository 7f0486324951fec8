// SPDX-License-Identifier: MIT
#include "support/namespaces.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "support/old_kernel.h"

namespace mptcp::test {
namespace {

void set_effective(bool all) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
  ASSERT_EQ(::syscall(SYS_capget, &header, sets), 0);
  for (auto& set : sets) set.effective = all ? set.permitted : 0;
  ASSERT_EQ(::syscall(SYS_capset, &header, sets), 0);
}

bool bring_lo_up() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  const bool up = ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  ::close(fd);
  return up;
}

// A program that runs several tests gives each a network of its own.
class FreshNetwork : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    if (std::exchange(is_first_, false)) return;
    if (::unshare(CLONE_NEWNET) != 0 || !bring_lo_up()) {
      std::printf("no fresh network namespace: %s\n", std::strerror(errno));
      std::abort();
    }
  }
  bool is_first_ = true;
};

bool write_text(const char* path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

}  // namespace

std::string enter_own_namespaces() {
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) {
    write_text("/proc/self/setgroups", "deny");
    if (!write_text("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") ||
        !write_text("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1")) {
      return "the user namespace takes no id map";
    }
  } else if (::unshare(CLONE_NEWNET) != 0) {
    return std::string("no user and network namespaces: ") + std::strerror(errno);
  }
  return bring_lo_up() ? "" : "cannot bring lo up";
}

int run_in_own_namespaces(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (auto why = enter_own_namespaces(); !why.empty()) {
    std::printf("skipped: %s\n", why.c_str());
    return 77;
  }
  std::ifstream mptcp("/proc/sys/net/mptcp/enabled");
  if (!mptcp) {
    std::printf("skipped: this kernel has no MPTCP\n");
    return 77;
  }
  if (auto why = grow_old(); !why.empty()) {
    std::printf("skipped: %s\n", why.c_str());
    return 77;
  }
  testing::UnitTest::GetInstance()->listeners().Append(new FreshNetwork);
  const int failed = RUN_ALL_TESTS();
  // An old kernel on which every test is skipped has tested nothing.
  if (failed == 0 && old_kernel() != OldKernel::none &&
      testing::UnitTest::GetInstance()->successful_test_count() == 0) {
    std::printf("failed: every test was skipped\n");
    return 1;
  }
  return failed;
}

void write_sysctl(const std::string& name, const std::string& value) {
  ASSERT_TRUE(write_text(("/proc/sys/net/" + name).c_str(), value)) << name;
}

std::string read_sysctl(const std::string& name) {
  std::ifstream file("/proc/sys/net/" + name);
  std::string value;
  std::getline(file, value);
  return value;
}

void run_without_privileges(const std::function<void()>& body) {
  std::thread thread([&] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
    ASSERT_EQ(::syscall(SYS_capset, &header, none), 0);  // of this thread alone
    body();
  });
  thread.join();
}

Unprivileged::Unprivileged() { set_effective(false); }
Unprivileged::~Unprivileged() { set_effective(true); }

}  // namespace mptcp::test
