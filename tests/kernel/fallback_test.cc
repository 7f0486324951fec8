// SPDX-License-Identifier: MIT
//
// What status() says of connections whose network does not let MPTCP through: a wire between two
// hosts strips the option, of some packets, in one direction, from the start or later.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <mptcp/connection.h>
#include <mptcp/lab.h>

#include "support/connections.h"
#include "support/lab_hosts.h"
#include "support/namespaces.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace mptcp {
namespace {

using test::Connection;

struct Stripped : testing::Test {
  std::optional<Lab> lab;

  void start(const PathSpec& path) {
    // A lost SYN must not make the host give up on MPTCP for an hour.
    const HostSpec client{.name = "client", .sysctls = {{"net.mptcp.blackhole_timeout", "0"}}};
    auto started = Lab::start({.hosts = {client, {"server"}}, .paths = {path}});
    ASSERT_TRUE(started) << started.error().message;
    lab.emplace(std::move(*started));
  }

  Connection connect() {
    Connection connection;
    const Address where = *lab->address("1", "server");
    {
      auto host = lab->enter("server");
      EXPECT_TRUE(host) << host.error().message;
      connection.listener = test::make_listener(format(where), Transport::mptcp);
    }
    auto host = lab->enter("client");
    EXPECT_TRUE(host) << host.error().message;
    connection.client = test::make_socket(Family::v4, Transport::mptcp);
    test::start_connect(connection.client.get(), test::local_address(connection.listener.get()));
    EXPECT_TRUE(test::wait_for(connection.client.get(), POLLOUT));
    EXPECT_TRUE(test::wait_for(connection.listener.get(), POLLIN));
    connection.server =
        OwnedFd(::accept4(connection.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return connection;
  }

  static void expect_becomes(int fd, Status wanted) {
    EXPECT_TRUE(test::eventually([&] { return *status(fd) == wanted; }))
        << name(*status(fd)) << " instead of " << name(wanted);
  }
};

TEST_F(Stripped, of_the_syn_both_ends_are_plain_tcp_from_the_start) {
  start({.upload = {.strip = option_syn}});
  const Connection connection = connect();
  EXPECT_EQ(*status(connection.client.get()), Status::fell_back);
  EXPECT_EQ(*status(connection.server.get()), Status::tcp);
  test::exchange(connection);
}

TEST_F(Stripped, of_the_answer_to_the_syn_both_ends_are_plain_tcp_from_the_start) {
  start({.download = {.strip = option_synack}});
  const Connection connection = connect();
  EXPECT_EQ(*status(connection.client.get()), Status::fell_back);
  EXPECT_EQ(*status(connection.server.get()), Status::tcp);
  test::exchange(connection);
}

TEST_F(Stripped, of_what_the_client_sends_later_it_falls_back_at_the_first_data) {
  start({.upload = {.strip = option_data}});
  const Connection connection = connect();
  EXPECT_EQ(*status(connection.client.get()), Status::mptcp);
  test::exchange(connection);
  expect_becomes(connection.client.get(), Status::fell_back);
  EXPECT_EQ(*status(connection.server.get()), Status::tcp);
}

TEST_F(Stripped, of_what_the_server_sends_later_the_two_ends_disagree) {
  start({.download = {.strip = option_data}});
  const Connection connection = connect();
  EXPECT_EQ(*status(connection.client.get()), Status::mptcp);
  test::exchange(connection);
  expect_becomes(connection.client.get(), Status::fell_back);
  EXPECT_EQ(*status(connection.server.get()), Status::mptcp);
}

// Only the end that misses the option falls back.  The other goes on and repeats what nobody
// acknowledges at its level, which a kernel that fell back takes for new data: no promise is made
// of the bytes.
TEST_F(Stripped, of_what_the_client_sends_in_the_middle_the_server_falls_back) {
  start({});
  const Connection connection = connect();
  test::exchange(connection);
  EXPECT_EQ(*status(connection.client.get()), Status::mptcp);
  EXPECT_EQ(*status(connection.server.get()), Status::mptcp);

  ShapeChange strip;
  strip.strip = option_all;
  ASSERT_TRUE(lab->change("1", {.upload = strip}));
  test::send_text(connection.client.get(), "x");
  expect_becomes(connection.server.get(), Status::fell_back);
  auto list = subflows(connection.server.get());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::fell_back);
}

TEST_F(Stripped, of_no_option_but_of_the_whole_syn_the_connection_comes_up_without) {
  start({.upload = {.block = option_syn}});
  const Connection connection = connect();
  EXPECT_EQ(*status(connection.client.get()), Status::fell_back);
  EXPECT_EQ(*status(connection.server.get()), Status::tcp);
}

TEST(Checksums, that_one_host_asks_for_both_ends_use_and_tell) {
  const HostSpec server{.name = "server", .sysctls = {{"net.mptcp.checksum_enabled", "1"}}};
  auto lab = Lab::start({.hosts = {{"client"}, server}, .paths = {PathSpec{}}});
  ASSERT_TRUE(lab) << lab.error().message;
  const Connection connection = test::connect_over(*lab, "1", Family::v4, Transport::mptcp);
  test::exchange(connection);
  for (const int fd : {connection.client.get(), connection.server.get()}) {
    EXPECT_EQ(*status(fd), Status::mptcp);
    EXPECT_EQ(info(fd)->csum_enabled, 1);
  }
}

}  // namespace
}  // namespace mptcp
