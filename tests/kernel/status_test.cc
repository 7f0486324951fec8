// SPDX-License-Identifier: MIT
//
// What status() and info() say in every state that a connection can be in.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "connection/reader.h"
#include "support/connections.h"
#include "support/namespaces.h"
#include "support/old_kernel.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace mptcp {
namespace {

using test::Connection;

std::string status_word(int fd) {
  auto answer = status(fd);
  return answer ? std::string(name(*answer)) : answer.error().message;
}

bool becomes(int fd, Status wanted) {
  return test::eventually([&] { return status_word(fd) == name(wanted); });
}

// A peer that answers no SYN: a listener whose queue is full.
struct DeafPeer {
  OwnedFd listener = test::make_listener("127.0.0.1", Transport::mptcp);
  OwnedFd waiting = test::make_socket(Family::v4, Transport::tcp);

  DeafPeer() {
    EXPECT_EQ(::listen(listener.get(), 0), 0);
    EXPECT_EQ(test::start_connect(waiting.get(), address()), EINPROGRESS);
    EXPECT_TRUE(test::wait_for(listener.get(), POLLIN));
  }
  Address address() const { return test::local_address(listener.get()); }
};

struct StatusOfMptcp : testing::Test {
  void SetUp() override { MPTCP_NEEDS(mptcp_sockets); }
};

TEST_F(StatusOfMptcp, is_unconnected_when_fresh) {
  auto fd = test::make_socket(Family::v4, Transport::mptcp);
  EXPECT_EQ(status_word(fd.get()), "unconnected");
}

TEST_F(StatusOfMptcp, is_unconnected_when_listening) {
  auto fd = test::make_listener("127.0.0.1", Transport::mptcp);
  EXPECT_EQ(status_word(fd.get()), "unconnected");
}

TEST_F(StatusOfMptcp, is_unconnected_while_connecting) {
  const DeafPeer peer;
  auto fd = test::make_socket(Family::v4, Transport::mptcp);
  ASSERT_EQ(test::start_connect(fd.get(), peer.address()), EINPROGRESS);
  EXPECT_EQ(status_word(fd.get()), "unconnected");
}

TEST_F(StatusOfMptcp, is_fell_back_once_the_kernel_tries_without_it_although_still_connecting) {
  // Not the whole namespace for an hour; and, where that can be said, after one lost SYN.
  test::write_sysctl("mptcp/blackhole_timeout", "0");
  const std::string patience = "mptcp/syn_retrans_before_tcp_fallback";
  if (!test::read_sysctl(patience).empty()) test::write_sysctl(patience, "0");
  const DeafPeer peer;
  auto fd = test::make_socket(Family::v4, Transport::mptcp);
  ASSERT_EQ(test::start_connect(fd.get(), peer.address()), EINPROGRESS);
  EXPECT_TRUE(becomes(fd.get(), Status::fell_back)) << status_word(fd.get());
  EXPECT_EQ(info(fd.get()).error().kind, ErrorKind::fell_back);
  EXPECT_EQ(subflows(fd.get()).error().kind, ErrorKind::fell_back);
}

TEST_F(StatusOfMptcp, is_mptcp_where_only_new_sockets_were_forbidden) {
  auto listener = test::make_listener("127.0.0.1", Transport::mptcp);
  auto client = test::make_socket(Family::v4, Transport::mptcp);
  test::write_sysctl("mptcp/enabled", "0");
  ASSERT_EQ(test::start_connect(client.get(), test::local_address(listener.get())), EINPROGRESS);
  ASSERT_TRUE(test::wait_for(listener.get(), POLLIN));
  const OwnedFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  test::write_sysctl("mptcp/enabled", "1");
  EXPECT_EQ(status_word(client.get()), "mptcp");
  EXPECT_EQ(status_word(server.get()), "mptcp");
}

TEST_F(StatusOfMptcp, is_mptcp_when_the_syn_carries_data) {
  test::write_sysctl("ipv4/tcp_fastopen", "3");
  auto listener = test::make_listener("127.0.0.1", Transport::mptcp);
  const int queue = 4;
  ASSERT_EQ(::setsockopt(listener.get(), IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof queue), 0);
  sockaddr_storage storage;
  const auto length = to_sockaddr(test::local_address(listener.get()), storage);
  for (int i = 0; i < 2; ++i) {  // the first gets the cookie, the second uses it
    const OwnedFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
    ASSERT_EQ(::sendto(client.get(), "early", 5, MSG_FASTOPEN,
                       reinterpret_cast<sockaddr*>(&storage), length),
              5);
    ASSERT_TRUE(test::wait_for(listener.get(), POLLIN));
    const OwnedFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_EQ(test::receive_text(server.get(), 5), "early");
    EXPECT_EQ(status_word(client.get()), "mptcp");
    EXPECT_EQ(status_word(server.get()), "mptcp");
  }
}

TEST_F(StatusOfMptcp, is_unconnected_when_refused) {
  auto closed = test::make_listener("127.0.0.1", Transport::mptcp);
  const Address nobody = test::local_address(closed.get());
  closed = OwnedFd();
  auto fd = test::make_socket(Family::v4, Transport::mptcp);
  test::start_connect(fd.get(), nobody);
  ASSERT_TRUE(test::wait_for(fd.get(), POLLERR));
  EXPECT_EQ(status_word(fd.get()), "unconnected");
}

struct StatusOfConnection : StatusOfMptcp, testing::WithParamInterface<const char*> {};

TEST_P(StatusOfConnection, is_mptcp_at_both_ends_when_both_speak_it) {
  const Connection connection = test::connect({.address = GetParam()});
  EXPECT_EQ(status_word(connection.client.get()), "mptcp");
  EXPECT_EQ(status_word(connection.server.get()), "mptcp");
  test::exchange(connection);
  EXPECT_EQ(status_word(connection.client.get()), "mptcp");
  EXPECT_EQ(status_word(connection.server.get()), "mptcp");
}

TEST_P(StatusOfConnection, is_fell_back_when_the_peer_is_plain_tcp) {
  const Connection connection = test::connect({.server = Transport::tcp, .address = GetParam()});
  EXPECT_EQ(status_word(connection.client.get()), "fell_back");
  EXPECT_EQ(status_word(connection.server.get()), "tcp");
}

TEST_P(StatusOfConnection, is_tcp_when_accepted_from_a_peer_that_is_plain_tcp) {
  const Connection connection = test::connect({.client = Transport::tcp, .address = GetParam()});
  EXPECT_EQ(status_word(connection.server.get()), "tcp");
  EXPECT_EQ(status_word(connection.client.get()), "tcp");
}

TEST_P(StatusOfConnection, is_still_mptcp_after_the_peer_has_closed_its_end) {
  Connection connection = test::connect({.address = GetParam()});
  connection.server = OwnedFd();
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLRDHUP));
  EXPECT_EQ(status_word(connection.client.get()), "mptcp");
}

TEST_P(StatusOfConnection, is_unconnected_after_both_ends_have_closed) {
  Connection connection = test::connect({.address = GetParam()});
  connection.server = OwnedFd();
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLRDHUP));
  ASSERT_EQ(::shutdown(connection.client.get(), SHUT_WR), 0);
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLHUP));
  EXPECT_TRUE(becomes(connection.client.get(), Status::unconnected))
      << status_word(connection.client.get());
}

TEST_P(StatusOfConnection, is_unconnected_after_a_reset) {
  Connection connection = test::connect({.address = GetParam()});
  test::exchange(connection);
  test::reset(connection.server);
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLHUP));
  EXPECT_EQ(status_word(connection.client.get()), "unconnected");
}

std::string family_word(const testing::TestParamInfo<const char*>& over) {
  constexpr const char* words[] = {"v4", "v6", "v4_mapped"};
  return words[over.index];
}
INSTANTIATE_TEST_SUITE_P(Over, StatusOfConnection,
                         testing::Values("127.0.0.1", "::1", "::ffff:127.0.0.1"), family_word);

// --- the network in between -----------------------------------------------------

struct StatusBehindAStripper : StatusOfMptcp {
  // Takes the MPTCP option out of what matches, from now on.
  void strip(const std::string& match) {
    const std::string command =
        "nft 'add table inet strip; add chain inet strip in "
        "{ type filter hook input priority mangle; }; "
        "add rule inet strip in " +
        match + " reset tcp option 30' 2>/dev/null";
    works = std::system(command.c_str()) == 0;
  }
  void TearDown() override {
    if (!works) return;
    EXPECT_EQ(std::system("nft delete table inet strip"), 0);
  }
  bool works = false;
};
#define NEEDS_STRIPPING() \
  if (!works) GTEST_SKIP() << "needs an nft that can take out a TCP option (Debian: nftables)"

TEST_F(StatusBehindAStripper, is_fell_back_when_the_option_is_taken_out_of_the_syn) {
  strip("tcp flags syn");
  NEEDS_STRIPPING();
  const Connection connection = test::connect({});
  EXPECT_EQ(status_word(connection.client.get()), "fell_back");
  EXPECT_EQ(status_word(connection.server.get()), "tcp");
}

TEST_F(StatusBehindAStripper, is_fell_back_when_the_option_is_taken_out_of_the_answer) {
  strip("tcp flags & (syn|ack) == syn|ack");
  NEEDS_STRIPPING();
  const Connection connection = test::connect({});
  EXPECT_EQ(status_word(connection.client.get()), "fell_back");
  EXPECT_EQ(status_word(connection.server.get()), "tcp");
}

TEST_F(StatusBehindAStripper, turns_from_mptcp_to_fell_back_at_the_first_data) {
  strip("tcp flags & syn == 0");
  NEEDS_STRIPPING();
  const Connection connection = test::connect({});
  EXPECT_EQ(status_word(connection.client.get()), "mptcp");
  test::exchange(connection);
  EXPECT_EQ(status_word(connection.client.get()), "fell_back");
}

// --- what is no MPTCP -------------------------------------------------------------

TEST(Status, is_tcp_for_a_plain_socket_whatever_its_state) {
  auto fresh = test::make_socket(Family::v4, Transport::tcp);
  EXPECT_EQ(status_word(fresh.get()), "tcp");
  const Connection connection =
      test::connect({.client = Transport::tcp, .server = Transport::tcp, .address = "::1"});
  EXPECT_EQ(status_word(connection.client.get()), "tcp");
  EXPECT_EQ(status_word(connection.server.get()), "tcp");
  EXPECT_EQ(status_word(connection.listener.get()), "tcp");
}

TEST(Status, refuses_what_is_no_stream_of_tcp_and_names_it) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const OwnedFd reading(pipe[0]);
  const OwnedFd writing(pipe[1]);
  const OwnedFd datagrams(::socket(AF_INET, SOCK_DGRAM, 0));
  const OwnedFd local(::socket(AF_UNIX, SOCK_STREAM, 0));
  const OwnedFd raw(::socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
  for (const int fd : {reading.get(), datagrams.get(), local.get(), raw.get(), 9999, -1}) {
    const auto word = "descriptor " + std::to_string(fd);
    for (const Error& error : {status(fd).error(), info(fd).error(), subflows(fd).error()}) {
      EXPECT_EQ(error.kind, ErrorKind::invalid_argument) << error.message;
      EXPECT_EQ(error.message.find(word), 0U) << error.message;
    }
  }
}

// --- info -------------------------------------------------------------------------

struct Info : testing::Test {
  void SetUp() override { MPTCP_NEEDS(connection_info); }
};

TEST_F(Info, counts_the_bytes_of_both_directions) {
  const Connection connection = test::connect({});
  test::send_text(connection.client.get(), "12345");
  EXPECT_EQ(test::receive_text(connection.server.get(), 5), "12345");
  auto here = info(connection.client.get());
  auto there = info(connection.server.get());
  ASSERT_TRUE(here && there);
  if (!here->bytes_sent) GTEST_SKIP() << "this kernel counts no bytes (Linux 6.5 does)";
  EXPECT_EQ(here->bytes_sent, 5U);
  EXPECT_EQ(there->bytes_received, 5U);
}

TEST_F(Info, has_a_token_of_its_own_at_each_end) {
  const Connection connection = test::connect({});
  auto here = info(connection.client.get());
  auto there = info(connection.server.get());
  ASSERT_TRUE(here && there);
  EXPECT_NE(here->token, Token{});
  EXPECT_NE(there->token, Token{});
  EXPECT_NE(here->token, there->token);
}

TEST_F(Info, of_an_unconnected_socket_has_no_token) {
  auto fd = test::make_socket(Family::v6, Transport::mptcp);
  auto answer = info(fd.get());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->token, Token{});
}

TEST_F(Info, tells_a_connection_that_fell_back_from_one_that_never_was_mptcp) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    const Connection connection = test::connect({.server = Transport::tcp, .address = address});
    auto here = info(connection.client.get());
    ASSERT_FALSE(here);
    EXPECT_EQ(here.error().kind, ErrorKind::fell_back);
    auto there = info(connection.server.get());
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().kind, ErrorKind::invalid_argument);
  }
}

TEST(InfoOfAnOlderKernel, is_not_supported_and_so_are_subflows) {
  if (test::old_kernel() != test::OldKernel::without_info) {
    GTEST_SKIP() << "this kernel has connection_info";
  }
  const Connection connection = test::connect({});
  auto answer = info(connection.client.get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::not_supported);
  auto list = subflows(connection.client.get());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::not_supported);
}

TEST(SocketCookie, is_the_same_for_a_duplicate_and_another_for_another_socket) {
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  auto other = test::make_socket(Family::v4, Transport::tcp);
  const OwnedFd duplicate(::dup(fd.get()));
  auto& kernel = kernel::system_kernel();
  EXPECT_EQ(*connection::socket_cookie(kernel, fd.get()),
            *connection::socket_cookie(kernel, duplicate.get()));
  EXPECT_NE(*connection::socket_cookie(kernel, fd.get()),
            *connection::socket_cookie(kernel, other.get()));
}

}  // namespace
}  // namespace mptcp
