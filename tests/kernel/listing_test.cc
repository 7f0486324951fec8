// SPDX-License-Identifier: MIT
//
// Finding the connections of the namespace, whoever owns them.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "connection/reader.h"
#include "support/connections.h"
#include "support/joins.h"
#include "support/namespaces.h"
#include "support/old_kernel.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace mptcp {
namespace {

using test::Connection;

struct Listing : testing::Test {
  void SetUp() override {
    MPTCP_NEEDS(connection_listing);
    auto answer = list_connections();
    if (!answer && answer.error().kind == ErrorKind::not_supported) {
      GTEST_SKIP() << answer.error().message;
    }
  }
};

std::vector<ListedConnection> list() {
  auto answer = list_connections();
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : std::vector<ListedConnection>{};
}

std::uint64_t inode(int fd) {
  struct stat status;
  EXPECT_EQ(::fstat(fd, &status), 0);
  return status.st_ino;
}

const ListedConnection* behind(int fd, const std::vector<ListedConnection>& connections) {
  const auto number = inode(fd);
  auto found = std::find_if(connections.begin(), connections.end(),
                            [&](const auto& listed) { return listed.inode == number; });
  return found == connections.end() ? nullptr : &*found;
}

struct ListingOver : Listing, testing::WithParamInterface<const char*> {};

TEST_P(ListingOver, shows_both_ends_with_addresses_owner_and_process) {
  const Connection connection = test::connect({.address = GetParam()});
  const auto all = list();
  std::string name;
  std::getline(std::ifstream("/proc/self/comm"), name);
  for (const int fd : {connection.client.get(), connection.server.get()}) {
    const ListedConnection* listed = behind(fd, all);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->state, TcpState::established);
    EXPECT_EQ(format(listed->local), format(test::local_address(fd)));
    EXPECT_EQ(format(listed->remote), format(test::peer_address(fd)));
    EXPECT_EQ(listed->owner, ::getuid());
    EXPECT_EQ(listed->pid, ::getpid());
    EXPECT_EQ(listed->fd, fd);
    EXPECT_EQ(listed->process, name);
    EXPECT_EQ(listed->token, test::has_connection_info() ? info(fd)->token : listed->token);
    ASSERT_EQ(listed->subflows.size(), 1U);
    EXPECT_EQ(listed->subflows[0].local, listed->local);
    EXPECT_EQ(listed->subflows[0].remote, listed->remote);
    EXPECT_EQ(listed->subflows[0].id, SubflowId{0});
    EXPECT_GT(listed->subflows[0].tcp_size, 0U);
    ASSERT_TRUE(listed->subflows[0].detail);
    EXPECT_EQ(listed->subflows[0].detail->inode, listed->inode);
    EXPECT_EQ(listed->subflows[0].detail->local_id.has_value(), test::has_subflow_detail());
  }
}

std::string family_word(const testing::TestParamInfo<const char*>& over) {
  constexpr const char* words[] = {"v4", "v6", "v4_mapped"};
  return words[over.index];
}
INSTANTIATE_TEST_SUITE_P(Over, ListingOver, testing::Values("127.0.0.1", "::1", "::ffff:127.0.0.1"),
                         family_word);

TEST_F(Listing, leaves_out_listeners_unconnected_sockets_and_plain_tcp) {
  auto listener = test::make_listener("127.0.0.1", Transport::mptcp);
  auto fresh = test::make_socket(Family::v4, Transport::mptcp);
  const Connection plain = test::connect({.client = Transport::tcp, .server = Transport::tcp});
  const auto all = list();
  for (const int fd : {listener.get(), fresh.get(), plain.client.get(), plain.server.get()}) {
    EXPECT_FALSE(behind(fd, all)) << fd;
  }
}

TEST_F(Listing, marks_a_connection_that_fell_back) {
  const Connection fallen = test::connect({.server = Transport::tcp});
  const Connection connection = test::connect({});
  const auto all = list();
  ASSERT_TRUE(behind(fallen.client.get(), all));
  EXPECT_EQ(*behind(fallen.client.get(), all)->info.flags & 1, 1U);
  EXPECT_EQ(*behind(connection.client.get(), all)->info.flags & 1, 0U);
  EXPECT_FALSE(behind(fallen.server.get(), all));
}

TEST_F(Listing, gives_each_connection_its_own_subflows) {
  MPTCP_NEEDS(connection_info);  // the joiner does
  test::Joiner joiner;
  const auto listener = test::make_listener("0.0.0.0", Transport::mptcp);
  const Address peer =
      parse_address("127.0.0.1")->with_port(test::local_address(listener.get()).port);
  std::vector<Connection> connections(2);
  for (auto& connection : connections) {
    connection.client = test::make_socket(Family::v4, Transport::mptcp);
    test::start_connect(connection.client.get(), peer);
    ASSERT_TRUE(test::wait_for(connection.client.get(), POLLOUT));
    ASSERT_TRUE(test::wait_for(listener.get(), POLLIN));
    connection.server = OwnedFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    test::exchange(connection);
  }
  const int fd = connections[1].client.get();
  ASSERT_EQ(joiner.open(fd, {.local = *parse_address("127.0.0.2"), .id = AddressId{2}}, peer), 0);
  EXPECT_TRUE(test::eventually([&] {
    const auto all = list();
    const ListedConnection* one = behind(connections[0].client.get(), all);
    const ListedConnection* two = behind(fd, all);
    return one && two && one->subflows.size() == 1 && two->subflows.size() == 2 &&
           two->subflows[0].local == test::local_address(fd) &&
           two->subflows[1].local.same_host(*parse_address("127.0.0.2"));
  }));
}

TEST_F(Listing, is_of_the_threads_own_namespace) {
  const Connection connection = test::connect({});
  std::vector<ListedConnection> found(1);
  std::thread elsewhere([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    found = list();
  });
  elsewhere.join();
  EXPECT_TRUE(found.empty());
}

TEST_F(Listing, still_shows_a_connection_that_its_process_has_closed_before_the_peer) {
  Connection connection = test::connect({});
  test::exchange(connection);
  const auto all = list();
  const Token token = behind(connection.client.get(), all)->token;
  connection.client = OwnedFd();
  ASSERT_TRUE(test::wait_for(connection.server.get(), POLLRDHUP));
  auto orphan = connection::find_connection(kernel::system_kernel(), token);
  ASSERT_TRUE(orphan) << orphan.error().message;
  EXPECT_FALSE(orphan->pid);
}

TEST_F(Listing, finds_one_connection_by_its_token) {
  const Connection connection = test::connect({.address = "::1"});
  for (const auto& listed : list()) {
    auto found = connection::find_connection(kernel::system_kernel(), listed.token);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->local, listed.local);
    EXPECT_EQ(found->inode, listed.inode);
    EXPECT_EQ(found->subflows.size(), 1U);
  }
}

TEST_F(Listing, says_which_token_no_connection_has) {
  auto found = connection::find_connection(kernel::system_kernel(), Token{0x1234});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  EXPECT_NE(found.error().message.find("1234"), std::string::npos) << found.error().message;
}

TEST(ListingSwitchedOff, is_not_supported) {
  if (!kernel::system_kernel().is_switched_off(Capability::connection_listing)) {
    GTEST_SKIP() << "connection_listing is on";
  }
  auto all = list_connections();
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::not_supported);
  auto one = connection::find_connection(kernel::system_kernel(), Token{1});
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().kind, ErrorKind::not_supported);
}

TEST(ListingWithoutConnections, is_empty) {
  if (kernel::system_kernel().is_switched_off(Capability::connection_listing)) {
    GTEST_SKIP() << "connection_listing is off";
  }
  // Those of earlier tests take a moment to go.
  auto all = list_connections();
  EXPECT_TRUE(test::eventually([&] {
    all = list_connections();
    return !all || all->empty();
  }));
  if (!all && all.error().kind == ErrorKind::not_supported) GTEST_SKIP() << all.error().message;
  EXPECT_TRUE(all) << all.error().message;
}

}  // namespace
}  // namespace mptcp
