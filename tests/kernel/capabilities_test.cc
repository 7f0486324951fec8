// SPDX-License-Identifier: MIT
//
// What capabilities() finds on this machine, and that it leaves no trace.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include <mptcp/capabilities.h>
#include <mptcp/connection.h>

#include "kernel/kernel.h"
#include "support/namespaces.h"
#include "support/old_kernel.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace mptcp {
namespace {

std::vector<Capability> all_capabilities() {
  std::vector<Capability> all;
  for (const auto& report : capabilities()) all.push_back(report.capability);
  return all;
}

bool is_switched_off(Capability which) { return kernel::system_kernel().is_switched_off(which); }

// Root of one's own namespace, but for the capabilities that this thread gives up.
void drop_all_rights() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct nothing[2] = {};
  ASSERT_EQ(::syscall(SYS_capset, &header, nothing), 0);
}

template <class Work>
void in_a_thread_of_its_own(Work work) {
  std::thread thread(work);
  thread.join();
}

TEST(Capabilities, are_reported_each_once_and_those_missing_with_a_reason) {
  const auto all = capabilities();
  ASSERT_EQ(all.size(), static_cast<std::size_t>(Capability::network_lab) + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].capability, static_cast<Capability>(i));
    EXPECT_EQ(all[i].available, all[i].reason.empty()) << name(all[i].capability);
  }
}

TEST(Capabilities, agree_with_what_the_library_can_do) {
  EXPECT_EQ(capability(Capability::mptcp_sockets).available, test::has_mptcp_sockets());
  EXPECT_EQ(capability(Capability::connection_info).available, test::has_connection_info());
  EXPECT_EQ(capability(Capability::full_info).available, test::has_full_info());
  EXPECT_EQ(static_cast<bool>(open_socket(Family::v4, Fallback::refused)),
            capability(Capability::mptcp_sockets).available);
  EXPECT_EQ(static_cast<bool>(list_connections()),
            capability(Capability::connection_listing).available);
}

TEST(Capabilities, that_are_switched_off_are_absent) {
  int switched_off = 0;
  for (const auto which : all_capabilities()) {
    if (!is_switched_off(which)) continue;
    ++switched_off;
    EXPECT_FALSE(capability(which).available) << name(which);
    EXPECT_EQ(capability(which).reason, "switched off by LIBMPTCP_DISABLE");
  }
  if (switched_off == 0) GTEST_SKIP() << "LIBMPTCP_DISABLE names none";
}

TEST(Capabilities, name_the_setting_where_mptcp_is_disabled) {
  MPTCP_NEEDS(mptcp_sockets);
  test::write_sysctl("mptcp/enabled", "0");
  const auto report = capability(Capability::mptcp_sockets);
  test::write_sysctl("mptcp/enabled", "1");
  EXPECT_FALSE(report.available);
  EXPECT_EQ(report.remedy, "sudo sysctl -w net.mptcp.enabled=1");
}

TEST(Capabilities, of_the_administrator_of_a_namespace_include_managing_paths) {
  for (const auto which : {Capability::manage_paths, Capability::events,
                           Capability::change_path_manager, Capability::path_manager_query}) {
    if (is_switched_off(which)) continue;
    const auto report = capability(which);
    EXPECT_TRUE(report.available) << name(which) << ": " << report.reason;
  }
}

TEST(Capabilities, of_a_user_without_rights_do_not_include_managing_paths) {
  in_a_thread_of_its_own([] {
    drop_all_rights();
    for (const auto which :
         {Capability::manage_paths, Capability::events, Capability::destroy_sockets}) {
      if (is_switched_off(which)) continue;
      const auto report = capability(which);
      EXPECT_FALSE(report.available) << name(which);
      EXPECT_NE(report.reason.find("Operation not permitted"), std::string::npos) << report.reason;
      EXPECT_NE(report.remedy.find("cap_net_admin"), std::string::npos) << report.remedy;
    }
    EXPECT_EQ(capability(Capability::mptcp_sockets).available, test::has_mptcp_sockets());
  });
}

TEST(Capabilities, leave_the_settings_of_the_namespace_alone) {
  const auto before = test::read_sysctl("mptcp/pm_type");
  capabilities();
  EXPECT_EQ(test::read_sysctl("mptcp/pm_type"), before);
  EXPECT_EQ(capability(Capability::userspace_path_manager).available, !before.empty());
}

std::vector<std::string> open_descriptors() {
  std::vector<std::string> names;
  kernel::system_kernel().list_directory("/proc/self/fd", names);
  return names;
}

TEST(Capabilities, leave_no_descriptor_behind) {
  capabilities();
  const auto before = open_descriptors().size();
  capabilities();
  EXPECT_EQ(open_descriptors().size(), before);
}

std::atomic<int> children_heard_of = 0;

TEST(Capabilities, are_tried_in_processes_of_which_nobody_hears) {
  auto* before = ::signal(SIGCHLD, [](int) { ++children_heard_of; });
  capabilities();
  ::signal(SIGCHLD, before);
  EXPECT_EQ(children_heard_of, 0);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG | __WALL), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Capabilities, leave_the_signal_mask_of_the_thread_alone) {
  sigset_t some;
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGUSR2);
  in_a_thread_of_its_own([&] {
    ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &some, nullptr), 0);
    capabilities();
    sigset_t after;
    ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, nullptr, &after), 0);
    EXPECT_EQ(::sigismember(&after, SIGUSR2), 1);
    EXPECT_EQ(::sigismember(&after, SIGTERM), 0);
  });
}

TEST(Capabilities, may_be_asked_for_by_many_threads_at_once) {
  const auto wanted = capabilities();
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto found = capabilities();
      bool equal = found.size() == wanted.size();
      for (std::size_t k = 0; equal && k < found.size(); ++k) {
        equal = found[k].available == wanted[k].available;
      }
      same += equal;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(same, 4);
}

}  // namespace
}  // namespace mptcp
