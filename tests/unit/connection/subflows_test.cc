// SPDX-License-Identifier: MIT
//
// How subflows() gets along with kernels of every age and in every hurry; real connections are in
// tests/kernel.
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "connection/reader.h"
#include "kernel/constants.h"
#include "support/diag_messages.h"
#include "support/fake_kernel.h"
#include "support/netlink_script.h"

namespace mptcp::connection {
namespace {

struct Known {
  std::uint32_t id;
  TcpState state = TcpState::established;
  std::string local = "10.0.0.1:1000";
  std::string remote = "10.0.0.2:80";
};

// A kernel that packs these subflows as real ones do.
struct SubflowsOf : testing::Test {
  test::FakeKernel kernel;
  std::vector<Known> known = {{1}};
  std::uint32_t tcp_info_size = sizeof(TcpInfo);  // as the kernel knows it
  bool has_full_info = true;
  std::function<void()> before_answer = [] {};  // what happens while we ask

  SubflowsOf() {
    kernel.on_get_option = [this](int, int level, int option, void* value, socklen_t* length) {
      before_answer();
      return answer(level, option, static_cast<std::byte*>(value), *length);
    };
    kernel.on_inode = [](int, std::uint64_t& number) { return number = 50, 0; };
  }

  int answer(int level, int option, std::byte* value, std::size_t length) {
    if (level == SOL_SOCKET) {
      const int number = option == SO_TYPE ? int{SOCK_STREAM} : kernel::ipproto_mptcp;
      std::memcpy(value, &number, sizeof number);
      return 0;
    }
    if (level != kernel::sol_mptcp) return -EOPNOTSUPP;
    if (option == kernel::mptcp_full_info) {
      return has_full_info ? answer_whole(value, length) : -EOPNOTSUPP;
    }
    return answer_part(option, value, length);
  }

  int answer_whole(std::byte* value, std::size_t length) {
    if (length < 40) return -EINVAL;
    kernel::FullInfo request{};
    std::memcpy(&request, value, 40);
    if (request.num_subflows || request.size_tcpinfo_kernel || request.size_sfinfo_kernel) {
      return -EINVAL;
    }
    request.size_tcpinfo_kernel = tcp_info_size;
    request.size_tcpinfo_user = std::min(request.size_tcpinfo_user, tcp_info_size);
    request.size_sfinfo_kernel = kernel::subflow_info_size;
    request.size_sfinfo_user = std::min(request.size_sfinfo_user, kernel::subflow_info_size);
    for (const Known& subflow : known) {
      const auto index = request.num_subflows++;
      if (index >= request.size_arrays_user) continue;
      put_tcp(subflow,
              reinterpret_cast<std::byte*>(request.tcp_info) + index * request.size_tcpinfo_user,
              request.size_tcpinfo_user);
      std::byte info[kernel::subflow_info_size] = {};
      std::memcpy(info, &subflow.id, sizeof subflow.id);
      put_addresses(subflow, info + 8);
      std::memcpy(
          reinterpret_cast<std::byte*>(request.subflow_info) + index * request.size_sfinfo_user,
          info, request.size_sfinfo_user);
    }
    std::memcpy(value, &request, 40);
    return 0;
  }

  int answer_part(int option, std::byte* value, std::size_t length) {
    kernel::SubflowData header;
    std::memcpy(&header, value, sizeof header);
    const bool tcp = option == kernel::mptcp_tcpinfo;
    header.size_kernel = tcp ? tcp_info_size : kernel::subflow_addrs_size;
    header.size_user = std::min(header.size_user, header.size_kernel);
    std::byte* out = value + header.size_subflow_data;
    for (const Known& subflow : known) {
      ++header.num_subflows;
      if (out + header.size_user > value + length) continue;
      std::byte addresses[kernel::subflow_addrs_size] = {};
      put_addresses(subflow, addresses);
      if (tcp) put_tcp(subflow, out, header.size_user);
      if (!tcp) std::memcpy(out, addresses, header.size_user);
      out += header.size_user;
    }
    std::memcpy(value, &header, sizeof header);
    return 0;
  }

  static void put_tcp(const Known& subflow, std::byte* out, std::size_t size) {
    TcpInfo tcp{};
    tcp.state = static_cast<std::uint8_t>(subflow.state);
    tcp.rtt = 1000 + subflow.id;
    tcp.accecn = 9;
    std::memcpy(out, &tcp, size);
  }
  static void put_addresses(const Known& subflow, std::byte* out) {
    sockaddr_storage storage;
    to_sockaddr(*parse_address(subflow.local), storage);
    std::memcpy(out, &storage, sizeof storage);
    to_sockaddr(*parse_address(subflow.remote), storage);
    std::memcpy(out + kernel::sockaddr_storage_size, &storage, sizeof storage);
  }

  std::vector<Subflow> list() {
    auto answer = subflows(kernel, 5);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : std::vector<Subflow>{};
  }
  std::vector<std::uint32_t> ids() {
    std::vector<std::uint32_t> numbers;
    for (const auto& subflow : list()) numbers.push_back(number(subflow.id));
    return numbers;
  }
  void know(std::uint32_t count) {
    known.clear();
    for (std::uint32_t id = 1; id <= count; ++id) {
      known.push_back({id, TcpState::established, "10.0.0.1:" + std::to_string(id)});
    }
  }
};

TEST_F(SubflowsOf, a_snapshot_is_one_system_call) {
  know(3);
  const auto found = list();
  EXPECT_EQ(kernel.calls, std::vector<std::string>{"get_option"});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(format(found[2].local), "10.0.0.1:3");
  EXPECT_EQ(format(found[2].remote), "10.0.0.2:80");
  EXPECT_EQ(found[2].tcp.rtt, 1003U);
  EXPECT_EQ(found[2].tcp.accecn, 9U);
}

TEST_F(SubflowsOf, dead_and_listening_ones_are_left_out) {
  known = {{0, TcpState::close, "10.0.0.1:1", "0.0.0.0"},
           {2, TcpState::established},
           {3, TcpState::syn_sent},
           {4, TcpState::listen},
           {5, TcpState::close}};
  EXPECT_EQ(ids(), (std::vector<std::uint32_t>{2, 3}));
}

TEST_F(SubflowsOf, a_kernel_in_another_order_come_by_age) {
  known = {{3}, {1}, {2}};
  EXPECT_EQ(ids(), (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(SubflowsOf, an_older_kernel_have_a_shorter_tcp_info) {
  for (const std::uint32_t size : {232U, 248U}) {
    tcp_info_size = size;
    know(40);
    const auto found = list();
    ASSERT_EQ(found.size(), 40U);
    EXPECT_EQ(found[39].tcp_size, size);
    EXPECT_EQ(found[39].tcp.rtt, 1040U);
    EXPECT_EQ(found[39].tcp.accecn, 0U);
    EXPECT_FALSE(found[39].tcp_field(&TcpInfo::accecn));
    EXPECT_EQ(found[39].tcp_field(&TcpInfo::rtt), 1040U);
  }
}

TEST_F(SubflowsOf, a_newer_kernel_have_the_tcp_info_that_we_know) {
  tcp_info_size = 400;
  EXPECT_EQ(list().at(0).tcp_size, sizeof(TcpInfo));
}

TEST_F(SubflowsOf, both_ways_of_asking_are_the_same_but_for_ids) {
  know(5);
  known[1].state = TcpState::close;
  known[2] = {3, TcpState::established, "[2001:db8::1]:1", "[::ffff:10.0.0.2]:80"};
  const auto whole = list();
  has_full_info = false;
  const auto parts = list();
  ASSERT_EQ(whole.size(), 4U);
  ASSERT_EQ(parts.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(parts[i].id, SubflowId{0});
    EXPECT_EQ(format(parts[i].local), format(whole[i].local));
    EXPECT_EQ(format(parts[i].remote), format(whole[i].remote));
    EXPECT_EQ(parts[i].tcp.rtt, whole[i].tcp.rtt);
  }
  EXPECT_TRUE(parts[1].remote.mapped);
}

TEST_F(SubflowsOf, full_info_switched_off_have_no_ids) {
  kernel.switched_off.insert(Capability::full_info);
  EXPECT_EQ(ids(), std::vector<std::uint32_t>{0});
}

TEST_F(SubflowsOf, any_number_are_listed_by_asking_again_with_more_room) {
  for (const bool whole : {true, false}) {
    has_full_info = whole;
    for (const std::uint32_t count : {31U, 32U, 33U, 300U, 2000U}) {
      know(count);
      const auto found = list();
      ASSERT_EQ(found.size(), count);
      EXPECT_EQ(number(found.back().local.port), count);
    }
  }
  EXPECT_EQ(kernel.count("map_pages"), kernel.count("unmap_pages"));
}

TEST_F(SubflowsOf, a_connection_that_grows_meanwhile_are_all_listed) {
  for (const bool whole : {true, false}) {
    has_full_info = whole;
    know(40);
    int growth = 3;
    before_answer = [&] {
      if (growth-- > 0) know(static_cast<std::uint32_t>(known.size()) + 100);
    };
    EXPECT_EQ(list().size(), 340U);
  }
}

TEST_F(SubflowsOf, a_connection_that_never_stands_still_are_an_error) {
  know(40);
  before_answer = [&] { know(static_cast<std::uint32_t>(known.size() * 2)); };
  auto answer = subflows(kernel, 5);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().os_code, ENOBUFS);
}

TEST_F(SubflowsOf, a_machine_without_memory_are_an_error) {
  know(300);
  kernel.out_of_pages = true;
  auto answer = subflows(kernel, 5);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().os_code, ENOMEM);
}

TEST_F(SubflowsOf, two_lists_that_do_not_belong_together_are_read_again) {
  has_full_info = false;
  know(3);
  int calls = 0;
  // Between addresses and tcp_info, one goes and another comes: the counts agree.
  before_answer = [&] {
    if (++calls == 3) known = {{1}, {3}, {9, TcpState::established, "10.0.0.1:9"}};
  };
  const auto found = list();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(format(found[2].local), "10.0.0.1:9");
  EXPECT_EQ(found[2].tcp.rtt, 1009U);
}

TEST_F(SubflowsOf, a_kernel_that_packs_them_otherwise_are_malformed) {
  kernel.on_get_option = [](int, int, int, void* value, socklen_t*) {
    kernel::FullInfo reply{};
    std::memcpy(&reply, value, 40);
    reply.size_tcpinfo_user = 100000;
    std::memcpy(value, &reply, 40);
    return 0;
  };
  auto answer = subflows(kernel, 5);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
}

// --- detail -------------------------------------------------------------------------

struct DetailOf : SubflowsOf {
  netlink::DiagUlp ulp{
      .local_id = AddressId{1}, .remote_id = AddressId{2}, .flags = netlink::ulp_backup_by_peer};
  std::uint32_t inode = 50;

  std::optional<SubflowDetail> detail() {
    test::script_netlink(kernel, [this](const netlink::View& request) {
      if (request.flags & NLM_F_ROOT) return test::Answers{test::make_done()};
      auto message =
          test::make_diag({.key = {*parse_address("10.0.0.1:1000"), *parse_address("10.0.0.2:80")},
                           .owner = 1000,
                           .inode = inode,
                           .congestion_control = "reno"});
      test::append_ulp(message, ulp);
      return test::Answers{message, test::make_ack()};
    });
    auto answer = subflows(kernel, 5, Depth::detail);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? answer->at(0).detail : std::nullopt;
  }
};

TEST_F(DetailOf, a_subflow_is_what_sock_diag_says) {
  auto found = detail();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->owner, 1000U);
  EXPECT_EQ(found->inode, 50U);
  EXPECT_STREQ(found->congestion_control, "reno");
  EXPECT_EQ(found->local_id, AddressId{1});
  EXPECT_EQ(found->remote_id, AddressId{2});
  EXPECT_EQ(found->backup, false);
  EXPECT_EQ(found->backup_by_peer, true);
  EXPECT_EQ(found->fully_established, false);
}

TEST_F(DetailOf, another_connection_on_the_same_addresses_is_not_ours) {
  inode = 51;
  EXPECT_FALSE(detail());
}

TEST_F(DetailOf, a_subflow_lacks_what_older_kernels_keep_to_themselves) {
  kernel.switched_off.insert(Capability::subflow_detail);
  auto found = detail();
  ASSERT_TRUE(found);
  EXPECT_STREQ(found->congestion_control, "reno");
  EXPECT_FALSE(found->local_id);
  EXPECT_FALSE(found->backup);
  EXPECT_FALSE(found->fully_established);
}

TEST_F(DetailOf, nothing_opens_no_socket) {
  known.clear();
  auto answer = subflows(kernel, 5, Depth::detail);
  ASSERT_TRUE(answer);
  EXPECT_EQ(kernel.count("socket"), 0);
}

TEST_F(DetailOf, a_sandbox_without_netlink_is_an_error) {
  kernel.on_socket = [](int, int, int) { return -EAFNOSUPPORT; };
  auto answer = subflows(kernel, 5, Depth::detail);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().os_code, EAFNOSUPPORT);
}

}  // namespace
}  // namespace mptcp::connection
