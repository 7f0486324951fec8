// SPDX-License-Identifier: MIT
//
// What is said of machines that lack something; this machine is in tests/kernel.
#include "capabilities/reports.h"

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "kernel/constants.h"
#include "support/diag_messages.h"
#include "support/netlink_script.h"

namespace mptcp::probes {
namespace {

using test::make_ack;
using test::make_done;
using Step = kernel::NamespaceTrial::Step;

// A machine on which everything works, for tests to break.
struct Machine : testing::Test {
  test::FakeKernel kernel;
  int mptcp_code = 0;
  int info_code = 0;
  int full_info_code = 0;
  bool tells_upper_layer = true;
  bool has_pm_family = true;
  bool has_events_group = true;
  int join_code = 0;
  int list_by_token_code = EINVAL;
  int path_command_code = EINVAL;
  int connection_diag_code = 0;
  int destroy_code = 0;

  Machine() {
    kernel.files["/proc/sys/net/mptcp/path_manager"] = "kernel\n";
    kernel.files["/proc/sys/net/mptcp/available_path_managers"] = "kernel userspace\n";
    kernel.on_socket = [this, next = 100000](int, int, int protocol) mutable {
      return protocol == kernel::ipproto_mptcp && mptcp_code != 0 ? mptcp_code : next++;
    };
    kernel.on_get_option = [this](int, int level, int option, void*, socklen_t*) {
      if (level != kernel::sol_mptcp) return 0;
      return option == kernel::mptcp_info ? info_code : full_info_code;
    };
    kernel.on_set_option = [this](int, int level, int option, const void*, socklen_t) {
      return level == SOL_NETLINK && option == NETLINK_ADD_MEMBERSHIP ? join_code : 0;
    };
    kernel.on_bind = [](int, const sockaddr*, socklen_t) { return 0; };
    kernel.on_listen = [](int, int) { return 0; };
    kernel.on_connect = [](int, const sockaddr*, socklen_t) { return 0; };
    kernel.on_local_name = [](int, sockaddr_storage* address, socklen_t* length) {
      *length = to_sockaddr(*parse_address("127.0.0.1:999"), *address);
      return 0;
    };
    kernel.on_try_namespaces = [](std::span<const std::byte>) { return kernel::NamespaceTrial{}; };
    kernel.on_try_borrowing = [](int) { return 0; };
    test::script_netlink(kernel, [this](const netlink::View& request) { return answer(request); });
  }

  test::Answers answer(const netlink::View& request) const {
    const bool dump = (request.flags & NLM_F_DUMP) == NLM_F_DUMP;
    switch (request.type) {
      case SOCK_DESTROY:
        return {make_ack(destroy_code)};
      case SOCK_DIAG_BY_FAMILY:
        if (dump) return {make_done(connection_diag_code)};
        return {listener(), make_ack()};
      case GENL_ID_CTRL:
        if (!has_pm_family) return {make_ack(ENOENT)};
        return {family(), make_ack()};
      default:
        return {dump ? make_done(list_by_token_code) : make_ack(path_command_code)};
    }
  }
  netlink::Message listener() const {
    auto message =
        test::make_diag({.key = {*parse_address("127.0.0.1:999"), *parse_address("0.0.0.0"), {}},
                         .state = TcpState::listen});
    if (tells_upper_layer) message.attribute(INET_DIAG_ULP_INFO, std::uint32_t{0});
    return message;
  }
  netlink::Message family() const {
    netlink::Message message(GENL_ID_CTRL, 0);
    message.header(genlmsghdr{CTRL_CMD_NEWFAMILY, 2, 0});
    message.attribute(CTRL_ATTR_FAMILY_ID, std::uint16_t{33});
    if (!has_events_group) return message;
    const auto groups = message.begin_nest(CTRL_ATTR_MCAST_GROUPS);
    const auto group = message.begin_nest(1);
    message.attribute(CTRL_ATTR_MCAST_GRP_ID, std::uint32_t{5});
    message.text_attribute(CTRL_ATTR_MCAST_GRP_NAME, "mptcp_pm_events");
    message.end_nest(group);
    message.end_nest(groups);
    return message;
  }

  bool has(Capability which) { return report(kernel, which).available; }
  // The reason and the remedy of what is absent, in one line.
  std::string lack(Capability which) {
    const auto now = report(kernel, which);
    EXPECT_EQ(now.capability, which);
    EXPECT_FALSE(now.available) << name(which);
    EXPECT_FALSE(now.reason.empty()) << name(which);
    EXPECT_EQ(now.reason.find('\n'), std::string::npos) << now.reason;
    return now.reason + " -> " + now.remedy;
  }
};

#define EXPECT_SAYS(text, words) EXPECT_NE((text).find(words), std::string::npos) << (text)

TEST_F(Machine, on_which_everything_works_lacks_nothing) {
  const auto all = report_all(kernel);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(Capability::network_lab) + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].capability, static_cast<Capability>(i));
    EXPECT_TRUE(all[i].available) << name(all[i].capability) << ": " << all[i].reason;
    EXPECT_EQ(all[i].reason + all[i].remedy, "");
  }
}

TEST_F(Machine, reports_what_is_switched_off_without_trying_it) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Capability::network_lab); ++i) {
    const auto which = static_cast<Capability>(i);
    kernel.switched_off = {which};
    kernel.calls.clear();
    EXPECT_SAYS(lack(which), "LIBMPTCP_DISABLE");
    EXPECT_TRUE(kernel.calls.empty()) << name(which);
  }
}

TEST_F(Machine, without_mptcp_names_a_kernel_that_has_it) {
  mptcp_code = -EPROTONOSUPPORT;
  for (const auto which :
       {Capability::mptcp_sockets, Capability::connection_info, Capability::full_info,
        Capability::subflow_detail, Capability::convert_path_manager}) {
    EXPECT_SAYS(lack(which), "CONFIG_MPTCP");
  }
}

TEST_F(Machine, that_has_mptcp_switched_off_names_the_setting) {
  mptcp_code = -ENOPROTOOPT;
  EXPECT_SAYS(lack(Capability::mptcp_sockets), "-> sudo sysctl -w net.mptcp.enabled=1");
}

TEST_F(Machine, with_an_older_kernel_names_the_version_that_tells_more) {
  info_code = full_info_code = -EOPNOTSUPP;
  EXPECT_SAYS(lack(Capability::connection_info), "Linux 5.16");
  EXPECT_SAYS(lack(Capability::full_info), "Linux 6.5");
  tells_upper_layer = false;
  EXPECT_SAYS(lack(Capability::subflow_detail), "Linux 6.15");
}

TEST_F(Machine, without_mptcp_diag_names_the_module) {
  connection_diag_code = ENOENT;
  EXPECT_SAYS(lack(Capability::connection_listing), "-> sudo modprobe mptcp_diag");
}

TEST_F(Machine, whose_kernel_overlooks_tokens_tells_administrators_all_the_same) {
  list_by_token_code = 0;
  EXPECT_TRUE(has(Capability::path_manager_query));
  path_command_code = EPERM;
  EXPECT_SAYS(lack(Capability::path_manager_query), "Linux 6.12");
}

TEST_F(Machine, on_which_we_are_nobody_names_the_right_that_is_missing) {
  path_command_code = EPERM;
  destroy_code = EPERM;
  join_code = -EPERM;
  kernel.on_check_writable = [](const std::string&) { return -EACCES; };
  for (const auto which :
       {Capability::manage_paths, Capability::destroy_sockets, Capability::events}) {
    EXPECT_SAYS(lack(which), "CAP_NET_ADMIN");
    EXPECT_SAYS(lack(which), "setcap cap_net_admin");
  }
  for (const auto which : {Capability::change_path_manager, Capability::convert_path_manager}) {
    EXPECT_SAYS(lack(which), "/proc/sys/net/mptcp/path_manager: Permission denied");
    EXPECT_SAYS(lack(which), "sudo sysctl -w net.mptcp.path_manager=userspace");
  }
}

TEST_F(Machine, with_an_older_setting_names_that_one) {
  kernel.files.clear();
  kernel.files["/proc/sys/net/mptcp/pm_type"] = "0\n";
  EXPECT_TRUE(has(Capability::userspace_path_manager));
  EXPECT_TRUE(has(Capability::change_path_manager));
  kernel.on_check_writable = [](const std::string&) { return -EACCES; };
  EXPECT_SAYS(lack(Capability::change_path_manager), "sudo sysctl -w net.mptcp.pm_type=1");
}

TEST_F(Machine, whose_settings_are_mounted_read_only_says_how_to_change_that) {
  kernel.on_check_writable = [](const std::string&) { return -EROFS; };
  EXPECT_SAYS(lack(Capability::change_path_manager), "-> sudo mount -o remount,rw /proc/sys");
}

TEST_F(Machine, without_a_userspace_path_manager_has_none_to_change_to) {
  kernel.files["/proc/sys/net/mptcp/available_path_managers"] = "kernel\n";
  EXPECT_SAYS(lack(Capability::userspace_path_manager), "are: kernel ->");
  EXPECT_FALSE(has(Capability::change_path_manager));
  kernel.files.clear();
  EXPECT_SAYS(lack(Capability::userspace_path_manager), "Linux 5.19");
  EXPECT_FALSE(has(Capability::convert_path_manager));
}

TEST_F(Machine, without_the_family_has_no_paths_to_manage_and_no_events) {
  has_pm_family = false;
  for (const auto which :
       {Capability::path_manager_query, Capability::manage_paths, Capability::events}) {
    EXPECT_SAYS(lack(which), "no MPTCP path manager");
  }
}

TEST_F(Machine, with_a_kernel_older_than_notifications_says_so) {
  has_events_group = false;
  EXPECT_SAYS(lack(Capability::events), "Linux 5.12");
}

TEST_F(Machine, that_cannot_destroy_names_what_the_kernel_lacks) {
  destroy_code = EOPNOTSUPP;
  EXPECT_SAYS(lack(Capability::destroy_sockets), "CONFIG_INET_DIAG_DESTROY");
  destroy_code = ENOENT;
  EXPECT_SAYS(lack(Capability::destroy_sockets), "modprobe tcp_diag");
}

TEST_F(Machine, that_keeps_processes_apart_names_the_setting) {
  kernel.on_try_borrowing = [](int) { return -EPERM; };
  EXPECT_SAYS(lack(Capability::descriptor_passing), "-> run it as root");
  kernel.files["/proc/sys/kernel/yama/ptrace_scope"] = "1\n";
  EXPECT_SAYS(lack(Capability::descriptor_passing), "kernel.yama.ptrace_scope=0");
  kernel.on_try_borrowing = [](int) { return -ENOSYS; };
  EXPECT_SAYS(lack(Capability::descriptor_passing), "Linux 5.6");
}

TEST_F(Machine, without_namespaces_names_the_setting_that_forbids_them) {
  auto fail_at = [this](Step step, int code) {
    kernel.on_try_namespaces = [=](std::span<const std::byte>) {
      return kernel::NamespaceTrial{step, code};
    };
  };
  fail_at(Step::namespaces, -EPERM);
  EXPECT_SAYS(lack(Capability::network_lab), "run it as root");
  kernel.files["/proc/sys/user/max_user_namespaces"] = "0\n";
  EXPECT_SAYS(lack(Capability::network_lab), "user.max_user_namespaces");
  kernel.files["/proc/sys/kernel/unprivileged_userns_clone"] = "0\n";
  EXPECT_SAYS(lack(Capability::network_lab), "kernel.unprivileged_userns_clone=1");
  kernel.files.clear();
  fail_at(Step::packet_socket, -EPERM);
  kernel.files["/proc/sys/kernel/apparmor_restrict_unprivileged_userns"] = "1\n";
  EXPECT_SAYS(lack(Capability::network_lab), "apparmor_restrict_unprivileged_userns=0");
  fail_at(Step::packet_socket, -EAFNOSUPPORT);
  EXPECT_SAYS(lack(Capability::network_lab), "modprobe af_packet");
  fail_at(Step::route_message, -EOPNOTSUPP);
  EXPECT_SAYS(lack(Capability::network_lab), "modprobe veth");
}

TEST(CapabilityNames, are_read_as_they_are_written) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Capability::network_lab); ++i) {
    const auto which = static_cast<Capability>(i);
    auto parsed = parse_capability(name(which));
    ASSERT_TRUE(parsed) << name(which);
    EXPECT_EQ(*parsed, which);
    EXPECT_TRUE(describe(which).ends_with('.'));
  }
  for (const char* text : {"", "sockets", "MPTCP_SOCKETS", "network_lab "}) {
    auto parsed = parse_capability(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_argument);
    EXPECT_SAYS(parsed.error().message, std::string("\"") + text + "\"");
  }
}

}  // namespace
}  // namespace mptcp::probes
