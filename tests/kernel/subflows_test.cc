// SPDX-License-Identifier: MIT
//
// What subflows() says of real connections, in both depths and both forms.
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

#include "support/connections.h"
#include "support/joins.h"
#include "support/namespaces.h"
#include "support/old_kernel.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace {
std::atomic<int> allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace mptcp {
namespace {

using test::Connection;

struct Subflows : testing::Test {
  void SetUp() override { MPTCP_NEEDS(connection_info); }
};

std::vector<Subflow> list(int fd, Depth depth = Depth::snapshot) {
  auto answer = subflows(fd, depth);
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : std::vector<Subflow>{};
}

std::vector<std::string> locals(const std::vector<Subflow>& subflows) {
  std::vector<std::string> hosts;
  for (const auto& subflow : subflows) hosts.push_back(format(subflow.local.with_port(Port{})));
  std::sort(hosts.begin(), hosts.end());
  return hosts;
}

const Subflow* from(const std::vector<Subflow>& subflows, const std::string& host) {
  for (const auto& subflow : subflows) {
    if (subflow.local.same_host(*parse_address(host))) return &subflow;
  }
  return nullptr;
}

// A connection under the userspace path manager, over the wildcard, ready to be joined.
struct Joined : Subflows {
  Connection connect(const std::string& address) {
    // A listener on one address would refuse joins to the others.
    Connection connection;
    const bool v6 = parse_address(address)->family == Family::v6;
    connection.listener = test::make_listener(v6 ? "::" : "0.0.0.0", Transport::mptcp);
    Address peer = *parse_address(address);
    peer.port = test::local_address(connection.listener.get()).port;
    connection.client =
        test::make_socket(v6 || peer.mapped ? Family::v6 : Family::v4, Transport::mptcp);
    test::start_connect(connection.client.get(), peer);
    EXPECT_TRUE(test::wait_for(connection.client.get(), POLLOUT));
    EXPECT_TRUE(test::wait_for(connection.listener.get(), POLLIN));
    connection.server =
        OwnedFd(::accept4(connection.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    test::exchange(connection);
    return connection;
  }
  // Joins from an address; the remote one is the connection's unless another is given.
  void join(const Connection& connection, const std::string& local, int id) {
    const Address peer = test::peer_address(connection.client.get());
    EXPECT_EQ(joiner.open(connection.client.get(),
                          {.local = *parse_address(local), .id = AddressId(id)}, peer),
              0);
  }
  test::Joiner joiner;
};

TEST_F(Subflows, of_a_fresh_and_of_a_listening_socket_are_none) {
  auto fresh = test::make_socket(Family::v4, Transport::mptcp);
  EXPECT_TRUE(list(fresh.get()).empty());
  auto listening = test::make_listener("127.0.0.1", Transport::mptcp);
  EXPECT_TRUE(list(listening.get()).empty());
}

TEST_F(Subflows, of_a_connection_under_way_are_the_one_that_waits_for_its_answer) {
  const auto full = test::make_listener("127.0.0.1", Transport::mptcp);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  const auto guest = test::make_socket(Family::v4, Transport::tcp);
  test::start_connect(guest.get(), test::local_address(full.get()));
  ASSERT_TRUE(test::wait_for(full.get(), POLLIN));
  const auto fd = test::make_socket(Family::v4, Transport::mptcp);
  test::start_connect(fd.get(), test::local_address(full.get()));
  const auto found = list(fd.get());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, TcpState::syn_sent);
  EXPECT_EQ(format(found[0].remote), format(test::local_address(full.get())));
}

TEST_F(Subflows, of_a_reset_or_refused_connection_are_none) {
  Connection connection = test::connect({});
  const Address nobody = test::local_address(connection.listener.get());
  test::exchange(connection);
  test::reset(connection.server);
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLHUP));
  EXPECT_TRUE(list(connection.client.get(), Depth::detail).empty());

  connection.listener = OwnedFd();
  auto refused = test::make_socket(Family::v4, Transport::mptcp);
  test::start_connect(refused.get(), nobody);
  ASSERT_TRUE(test::wait_for(refused.get(), POLLERR));
  EXPECT_TRUE(list(refused.get()).empty());
}

TEST_F(Subflows, fail_as_info_does_when_the_connection_is_plain_tcp) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    const Connection connection = test::connect({.server = Transport::tcp, .address = address});
    auto here = subflows(connection.client.get());
    ASSERT_FALSE(here);
    EXPECT_EQ(here.error().kind, ErrorKind::fell_back) << here.error().message;
    auto there = subflows(connection.server.get());
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().kind, ErrorKind::invalid_argument) << there.error().message;
  }
}

struct SubflowsOver : Subflows, testing::WithParamInterface<const char*> {};

TEST_P(SubflowsOver, begin_with_the_initial_one_between_the_addresses_of_the_socket) {
  const Connection connection = test::connect({.address = GetParam()});
  for (const int fd : {connection.client.get(), connection.server.get()}) {
    const auto found = list(fd);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, test::has_full_info() ? SubflowId{1} : SubflowId{0});
    EXPECT_EQ(found[0].state, TcpState::established);
    EXPECT_EQ(format(found[0].local), format(test::local_address(fd)));
    EXPECT_EQ(format(found[0].remote), format(test::peer_address(fd)));
    EXPECT_FALSE(found[0].detail);
  }
}

TEST_P(SubflowsOver, have_detail_of_the_connection_they_belong_to) {
  const Connection connection = test::connect({.address = GetParam()});
  for (const int fd : {connection.client.get(), connection.server.get()}) {
    const auto found = list(fd, Depth::detail);
    ASSERT_EQ(found.size(), 1U);
    ASSERT_TRUE(found[0].detail);
    const auto& detail = *found[0].detail;
    struct stat status;
    ASSERT_EQ(::fstat(fd, &status), 0);
    EXPECT_EQ(detail.inode, status.st_ino);
    EXPECT_EQ(detail.owner, ::getuid());
    char congestion_control[16] = {};
    socklen_t length = sizeof congestion_control;
    ASSERT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion_control, &length), 0);
    EXPECT_STREQ(detail.congestion_control, congestion_control);
  }
}

std::string family_word(const testing::TestParamInfo<const char*>& over) {
  constexpr const char* words[] = {"v4", "v6", "v4_mapped"};
  return words[over.index];
}
INSTANTIATE_TEST_SUITE_P(Over, SubflowsOver,
                         testing::Values("127.0.0.1", "::1", "::ffff:127.0.0.1"), family_word);

TEST_F(Subflows, show_v4_mapped_as_v4_and_remember_the_form) {
  const Connection connection = test::connect({.address = "::ffff:127.0.0.1"});
  const auto here = list(connection.client.get());
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].local.family, Family::v4);
  EXPECT_TRUE(here[0].local.mapped && here[0].remote.mapped);
  const auto there = list(connection.server.get());
  ASSERT_EQ(there.size(), 1U);
  EXPECT_FALSE(there[0].local.mapped || there[0].remote.mapped);
}

TEST_F(Subflows, carry_the_tcp_info_that_the_kernel_has) {
  const Connection connection = test::connect({});
  test::send_text(connection.client.get(), std::string(5000, 'x'));
  EXPECT_EQ(test::receive_text(connection.server.get(), 5000).size(), 5000U);
  const auto found = list(connection.server.get());
  ASSERT_EQ(found.size(), 1U);

  TcpInfo kernels{};
  socklen_t length = sizeof kernels;
  ASSERT_EQ(::getsockopt(connection.server.get(), IPPROTO_TCP, TCP_INFO, &kernels, &length), 0);
  EXPECT_EQ(found[0].tcp_size, length);
  EXPECT_EQ(found[0].tcp.snd_mss, kernels.snd_mss);
  EXPECT_EQ(found[0].tcp.bytes_received, kernels.bytes_received);
  EXPECT_GE(found[0].tcp.bytes_received, 5000U);
  EXPECT_EQ(found[0].tcp_field(&TcpInfo::snd_wnd).has_value(),
            length >= offsetof(TcpInfo, snd_wnd) + sizeof kernels.snd_wnd);
}

TEST_F(Joined, lists_every_subflow_by_age_with_both_addresses) {
  const Connection connection = connect("127.0.0.1");
  join(connection, "127.0.0.2", 2);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 2));
  join(connection, "127.0.0.3", 3);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 3));

  const auto found = list(connection.client.get());
  EXPECT_EQ(locals(found), (std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.3"}));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(format(found[i].local.with_port(Port{})), "127.0.0." + std::to_string(i + 1));
    EXPECT_EQ(format(found[i].remote), format(test::peer_address(connection.client.get())));
    EXPECT_EQ(number(found[i].id), test::has_full_info() ? i + 1 : 0);
  }
  ASSERT_TRUE(test::has_subflows(connection.server.get(), 3));
}

TEST_F(Joined, leaves_out_the_initial_subflow_after_it_was_closed) {
  const Connection connection = connect("127.0.0.1");
  join(connection, "127.0.0.2", 2);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 2));
  const int fd = connection.client.get();
  ASSERT_EQ(joiner.close(fd, test::local_address(fd), test::peer_address(fd)), 0);
  ASSERT_TRUE(test::has_subflows(fd, 1));
  EXPECT_EQ(locals(list(fd, Depth::detail)), std::vector<std::string>{"127.0.0.2"});
  ASSERT_TRUE(test::has_subflows(connection.server.get(), 1));
}

TEST_F(Joined, is_still_a_connection_after_its_last_subflow_was_closed) {
  const Connection connection = connect("127.0.0.1");
  const int fd = connection.client.get();
  ASSERT_EQ(joiner.close(fd, test::local_address(fd), test::peer_address(fd)), 0);
  ASSERT_TRUE(test::has_subflows(fd, 0));
  EXPECT_EQ(*status(fd), Status::mptcp);
}

TEST_F(Joined, shows_the_families_of_one_connection_side_by_side) {
  const Connection connection = connect("::1");
  const Address peer = test::peer_address(connection.client.get());
  Address mapped = *parse_address("::ffff:127.0.0.2");
  Address plain = *parse_address("127.0.0.3");
  EXPECT_EQ(joiner.open(connection.client.get(), {.local = mapped, .id = AddressId{2}},
                        parse_address("::ffff:127.0.0.1")->with_port(peer.port)),
            0);
  EXPECT_EQ(joiner.open(connection.client.get(), {.local = plain, .id = AddressId{3}},
                        parse_address("127.0.0.1")->with_port(peer.port)),
            0);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 3));

  const auto found = list(connection.client.get(), Depth::detail);
  EXPECT_EQ(locals(found), (std::vector<std::string>{"127.0.0.2", "127.0.0.3", "::1"}));
  EXPECT_TRUE(from(found, "127.0.0.2")->local.mapped);
  EXPECT_FALSE(from(found, "127.0.0.3")->local.mapped);
  for (const auto& subflow : found) EXPECT_TRUE(subflow.detail) << format(subflow.local);
}

TEST_F(Joined, tells_the_address_ids_and_both_backup_bits) {
  MPTCP_NEEDS(subflow_detail);
  const Connection connection = connect("127.0.0.1");
  join(connection, "127.0.0.2", 2);
  join(connection, "127.0.0.3", 3);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 3));
  ASSERT_TRUE(test::has_subflows(connection.server.get(), 3));
  auto before = list(connection.client.get(), Depth::detail);
  const Subflow* second = from(before, "127.0.0.2");
  ASSERT_TRUE(second && second->detail && second->detail->local_id)
      << "this kernel tells nobody but the administrator, whom the test is not";
  EXPECT_EQ(second->detail->local_id, AddressId{2});
  EXPECT_EQ(second->detail->backup, false);
  EXPECT_EQ(before[0].detail->local_id, AddressId{0});
  EXPECT_EQ(before[0].detail->remote_id, AddressId{0});

  ASSERT_EQ(joiner.back_up(connection.client.get(), second->local, second->remote), 0);
  auto here = list(connection.client.get(), Depth::detail);
  EXPECT_EQ(from(here, "127.0.0.2")->detail->backup, true);
  EXPECT_EQ(from(here, "127.0.0.2")->detail->backup_by_peer, false);
  EXPECT_EQ(from(here, "127.0.0.3")->detail->backup, false);
  // The peer learns it with the next packet.
  test::exchange(connection);
  for (const auto& subflow : list(connection.server.get(), Depth::detail)) {
    const bool second_one = subflow.remote == second->local;
    EXPECT_EQ(subflow.detail->backup_by_peer, second_one) << format(subflow.remote);
    EXPECT_EQ(subflow.detail->backup, false);
  }
}

TEST_F(Joined, tells_when_others_may_join) {
  MPTCP_NEEDS(subflow_detail);
  const Connection connection = test::connect({});
  EXPECT_EQ(list(connection.client.get(), Depth::detail)[0].detail->fully_established, false);
  test::exchange(connection);
  EXPECT_EQ(list(connection.client.get(), Depth::detail)[0].detail->fully_established, true);
}

TEST_F(Joined, finds_the_detail_of_a_subflow_that_is_bound_to_an_interface) {
  const Connection connection = connect("127.0.0.1");
  const InterfaceIndex lo{::if_nametoindex("lo")};
  const Address peer = test::peer_address(connection.client.get());
  ASSERT_EQ(joiner.open(connection.client.get(),
                        {.local = *parse_address("127.0.0.2"), .id = AddressId{2}, .interface = lo},
                        peer),
            0);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 2));
  const auto found = list(connection.client.get(), Depth::detail);
  const Subflow* bound = from(found, "127.0.0.2");
  ASSERT_TRUE(bound && bound->detail);
  EXPECT_EQ(bound->detail->interface, lo);
  EXPECT_EQ(from(found, "127.0.0.1")->detail->interface, InterfaceIndex{});
}

TEST_F(Subflows, have_no_detail_of_a_stranger_when_asked_from_another_namespace) {
  const Connection connection = test::connect({});
  std::vector<Subflow> found;
  std::thread elsewhere([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    found = list(connection.client.get(), Depth::detail);
  });
  elsewhere.join();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].detail);
}

TEST(SubflowsOfPlainTcp, are_refused_whatever_the_kernel_can_tell) {
  const Connection connection = test::connect({.client = Transport::tcp, .server = Transport::tcp});
  for (const Depth depth : {Depth::snapshot, Depth::detail}) {
    auto answer = subflows(connection.client.get(), depth);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::invalid_argument) << answer.error().message;
  }
}

// --- many, and without allocating ---------------------------------------------------

TEST_F(Joined, lists_hundreds_of_subflows_in_every_form) {
  const Connection connection = connect("127.0.0.1");
  constexpr std::size_t many = 300;
  for (std::size_t i = 1; i < many; ++i) {
    const auto id = static_cast<int>(1 + i % 250);
    join(connection, "127.0.1." + std::to_string(id), id);
  }
  const int fd = connection.client.get();
  ASSERT_TRUE(test::has_subflows(fd, many)) << list(fd).size();
  ASSERT_TRUE(test::has_subflows(connection.server.get(), many));

  std::vector<Subflow> storage(many + 5);
  for (const Depth depth : {Depth::snapshot, Depth::detail}) {
    const int before = allocations;
    auto all = subflows(fd, storage, depth);
    auto some = subflows(fd, std::span(storage).first(10), depth);
    EXPECT_EQ(allocations, before);
    ASSERT_TRUE(all && some);
    EXPECT_EQ(all->written, many);
    EXPECT_EQ(all->total, many);
    EXPECT_EQ(some->written, 10U);
    EXPECT_EQ(some->total, many);
    for (const auto& subflow : std::span(storage).first(10)) {
      EXPECT_EQ(subflow.detail.has_value(), depth == Depth::detail);
    }
  }
  const auto listed = list(fd);
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST_F(Joined, fills_the_callers_storage_without_allocating) {
  const Connection connection = connect("127.0.0.1");
  join(connection, "127.0.0.2", 2);
  ASSERT_TRUE(test::has_subflows(connection.client.get(), 2));
  Subflow storage[4];
  for (const Depth depth : {Depth::snapshot, Depth::detail}) {
    for (const std::size_t size : {0U, 1U, 2U, 4U}) {
      const int before = allocations;
      auto count = subflows(connection.client.get(), std::span(storage).first(size), depth);
      EXPECT_EQ(allocations, before) << "storage for " << size;
      ASSERT_TRUE(count);
      EXPECT_EQ(count->written, std::min<std::size_t>(size, 2));
      EXPECT_EQ(count->total, 2U);
    }
  }
}

TEST_F(Joined, overwrites_all_that_was_in_the_callers_storage) {
  const Connection connection = connect("127.0.0.1");
  Subflow used;
  ASSERT_TRUE(subflows(connection.client.get(), {&used, 1}, Depth::detail));
  ASSERT_TRUE(used.detail);
  std::memset(&used.tcp, 0xff, sizeof used.tcp);
  ASSERT_TRUE(subflows(connection.client.get(), {&used, 1}));
  EXPECT_FALSE(used.detail);
  EXPECT_EQ(used.tcp.lost, 0U);
}

}  // namespace
}  // namespace mptcp
