// SPDX-License-Identifier: MIT
//
// Turning MPTCP on: open_socket(), and enable() with everything that it carries over.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <thread>
#include <vector>

#include "support/connections.h"
#include "support/namespaces.h"
#include "support/old_kernel.h"

MPTCP_KERNEL_SUITE_MAIN()

namespace mptcp {
namespace {

int option(int fd, int level, int number) {
  int value = -1;
  socklen_t length = sizeof value;
  EXPECT_EQ(::getsockopt(fd, level, number, &value, &length), 0) << std::strerror(errno);
  return value;
}
int protocol(int fd) { return option(fd, SOL_SOCKET, SO_PROTOCOL); }

// --- open_socket ------------------------------------------------------------------

TEST(OpenSocket, is_mptcp_where_the_machine_has_it_and_tcp_elsewhere) {
  for (const Family family : {Family::v4, Family::v6}) {
    auto fd = open_socket(family);
    ASSERT_TRUE(fd) << fd.error().message;
    EXPECT_EQ(protocol(fd->get()), test::has_mptcp_sockets() ? IPPROTO_MPTCP : IPPROTO_TCP);
    EXPECT_EQ(option(fd->get(), SOL_SOCKET, SO_DOMAIN), family == Family::v4 ? AF_INET : AF_INET6);
    EXPECT_EQ(option(fd->get(), SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  }
}

TEST(OpenSocket, says_why_not_when_it_may_not_fall_back) {
  auto fd = open_socket(Family::v4, Fallback::refused);
  if (test::has_mptcp_sockets()) {
    ASSERT_TRUE(fd);
    EXPECT_EQ(protocol(fd->get()), IPPROTO_MPTCP);
    return;
  }
  ASSERT_FALSE(fd);
  const bool disabled = test::old_kernel() == test::OldKernel::disabled;
  EXPECT_EQ(fd.error().kind, disabled ? ErrorKind::disabled : ErrorKind::not_supported)
      << fd.error().message;
  EXPECT_EQ(fd.error().message.find("net.mptcp.enabled") != std::string::npos, disabled)
      << fd.error().message;
}

TEST(OpenSocket, follows_the_sysctl_of_the_namespace) {
  MPTCP_NEEDS(mptcp_sockets);
  test::write_sysctl("mptcp/enabled", "0");
  auto allowed = open_socket(Family::v4);
  auto refused = open_socket(Family::v4, Fallback::refused);
  test::write_sysctl("mptcp/enabled", "1");
  ASSERT_TRUE(allowed);
  EXPECT_EQ(protocol(allowed->get()), IPPROTO_TCP);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::disabled);
}

TEST(OpenSocket, closes_on_exec_and_blocks_as_asked) {
  auto blocking = open_socket(Family::v4);
  auto other = open_socket(Family::v4, Fallback::allowed, Blocking::no);
  ASSERT_TRUE(blocking && other);
  EXPECT_EQ(::fcntl(blocking->get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(blocking->get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(other->get(), F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

// --- enable: what it takes --------------------------------------------------------

TEST(Enable, makes_a_tcp_socket_mptcp_under_the_same_number) {
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  const auto before = test::cookie(fd.get());
  auto transport = enable(fd.get());
  ASSERT_TRUE(transport) << transport.error().message;
  if (test::has_mptcp_sockets()) {
    EXPECT_EQ(*transport, Transport::mptcp);
    EXPECT_EQ(protocol(fd.get()), IPPROTO_MPTCP);
  } else {
    EXPECT_EQ(*transport, Transport::tcp);
    EXPECT_EQ(test::cookie(fd.get()), before) << "it is another socket";
  }
}

TEST(Enable, says_why_not_when_it_may_not_fall_back) {
  auto fd = test::make_socket(Family::v6, Transport::tcp);
  auto transport = enable(fd.get(), Fallback::refused);
  if (test::has_mptcp_sockets()) {
    ASSERT_TRUE(transport);
    EXPECT_EQ(*transport, Transport::mptcp);
    return;
  }
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().kind, test::old_kernel() == test::OldKernel::disabled
                                        ? ErrorKind::disabled
                                        : ErrorKind::not_supported);
  EXPECT_EQ(protocol(fd.get()), IPPROTO_TCP);
}

TEST(Enable, leaves_an_mptcp_socket_as_it_is) {
  MPTCP_NEEDS(mptcp_sockets);
  const auto connection = test::connect({});
  for (const int fd : {connection.listener.get(), connection.client.get()}) {
    const auto before = test::cookie(fd);
    auto transport = enable(fd);
    ASSERT_TRUE(transport);
    EXPECT_EQ(*transport, Transport::mptcp);
    EXPECT_EQ(test::cookie(fd), before);
  }
}

TEST(Enable, makes_clients_and_servers_that_speak_mptcp) {
  MPTCP_NEEDS(mptcp_sockets);
  auto listener = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_TRUE(enable(listener.get()));
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(*parse_address("127.0.0.1"), storage);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);

  auto client = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_TRUE(enable(client.get()));
  test::start_connect(client.get(), test::local_address(listener.get()));
  ASSERT_TRUE(test::wait_for(client.get(), POLLOUT));
  const OwnedFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_EQ(*status(client.get()), Status::mptcp);
  EXPECT_EQ(*status(server.get()), Status::mptcp);
}

// --- enable: what it refuses ------------------------------------------------------

// Refused, naming the descriptor and the reason, and still the same socket.
void expect_refused(int fd, const std::string& why) {
  const bool is_socket =
      ::getsockopt(fd, SOL_SOCKET, SO_TYPE, nullptr, nullptr) == 0 || errno == EFAULT;
  const auto before = is_socket ? test::cookie(fd) : 0;
  auto transport = enable(fd);
  ASSERT_FALSE(transport) << why;
  EXPECT_EQ(transport.error().kind, ErrorKind::invalid_argument) << transport.error().message;
  EXPECT_EQ(transport.error().message.find("descriptor " + std::to_string(fd)), 0U)
      << transport.error().message;
  EXPECT_NE(transport.error().message.find(why), std::string::npos) << transport.error().message;
  EXPECT_EQ(is_socket ? test::cookie(fd) : 0, before);
}

OwnedFd bound(const std::string& address) {
  const Address where = *parse_address(address);
  auto fd = test::make_socket(where.family, Transport::tcp);
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(where, storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  return fd;
}

TEST(Enable, refuses_a_bound_socket) {
  expect_refused(bound("127.0.0.1").get(), "bound");
  expect_refused(bound("::").get(), "bound");
}

TEST(Enable, refuses_a_socket_that_is_bound_to_an_address_but_no_port_yet) {
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  const int on = 1;
  ASSERT_EQ(::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), 0);
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(*parse_address("127.0.0.1"), storage);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  expect_refused(fd.get(), "bound");
}

TEST(Enable, refuses_listening_connecting_and_connected_sockets) {
  auto connection = test::connect({.client = Transport::tcp, .server = Transport::tcp});
  expect_refused(connection.listener.get(), "listening");
  expect_refused(connection.client.get(), "connected");
  expect_refused(connection.server.get(), "connected");

  ASSERT_EQ(::listen(connection.listener.get(), 0), 0);
  const Address full = test::local_address(connection.listener.get());
  auto first = test::make_socket(Family::v4, Transport::tcp);
  test::start_connect(first.get(), full);
  ASSERT_TRUE(test::wait_for(connection.listener.get(), POLLIN));
  auto second = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_EQ(test::start_connect(second.get(), full), EINPROGRESS);
  expect_refused(second.get(), "connect");
}

TEST(Enable, refuses_a_socket_that_was_connected_once) {
  auto connection = test::connect({.client = Transport::tcp, .server = Transport::tcp});
  test::reset(connection.server);
  ASSERT_TRUE(test::wait_for(connection.client.get(), POLLHUP));
  expect_refused(connection.client.get(), "bound");
}

TEST(Enable, refuses_what_is_no_stream_of_tcp) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const OwnedFd reading(pipe[0]);
  const OwnedFd writing(pipe[1]);
  expect_refused(reading.get(), "non-socket");
  expect_refused(9999, "Bad file descriptor");
  expect_refused(OwnedFd(::socket(AF_INET, SOCK_DGRAM, 0)).get(), "not a TCP");
  expect_refused(OwnedFd(::socket(AF_UNIX, SOCK_STREAM, 0)).get(), "not a TCP");
}

// The new socket would be of this namespace: under the same number, on another network.
TEST(Enable, refuses_a_socket_of_another_network_namespace) {
  MPTCP_NEEDS(mptcp_sockets);
  OwnedFd elsewhere;
  std::thread([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    elsewhere = test::make_socket(Family::v4, Transport::tcp);
  }).join();
  expect_refused(elsewhere.get(), "another network namespace");
}

TEST(Enable, refuses_signal_driven_io_whose_receiver_it_cannot_carry_over) {
  MPTCP_NEEDS(mptcp_sockets);
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_EQ(::fcntl(fd.get(), F_SETFL, O_ASYNC), 0);
  expect_refused(fd.get(), "O_ASYNC");
}

// --- enable: flags and options ----------------------------------------------------

TEST(Enable, carries_over_the_flags_of_the_descriptor) {
  for (const int status_flags : {0, O_NONBLOCK}) {
    for (const int descriptor_flags : {0, FD_CLOEXEC}) {
      auto fd = test::make_socket(Family::v4, Transport::tcp);
      ASSERT_EQ(::fcntl(fd.get(), F_SETFL, status_flags), 0);
      ASSERT_EQ(::fcntl(fd.get(), F_SETFD, descriptor_flags), 0);
      ASSERT_TRUE(enable(fd.get()));
      EXPECT_EQ(::fcntl(fd.get(), F_GETFL) & O_NONBLOCK, status_flags);
      EXPECT_EQ(::fcntl(fd.get(), F_GETFD), descriptor_flags);
    }
  }
}

TEST(Enable, leaves_no_descriptor_behind) {
  auto lowest_free = [] { return OwnedFd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)).get(); };
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  auto refused = test::make_socket(Family::v4, Transport::tcp);
  const int ttl = 9;
  ASSERT_EQ(::setsockopt(refused.get(), IPPROTO_IP, IP_TTL, &ttl, sizeof ttl), 0);
  const int before = lowest_free();
  ASSERT_TRUE(enable(fd.get()));
  EXPECT_EQ(static_cast<bool>(enable(refused.get())), !test::has_mptcp_sockets());
  EXPECT_EQ(lowest_free(), before);
}

struct Setting {
  const char* name;
  int level;
  int number;
  std::vector<int> value;
};

void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.name; }

std::string setting_word(const testing::TestParamInfo<Setting>& over) { return over.param.name; }

bool set(int fd, const Setting& setting) {
  return ::setsockopt(fd, setting.level, setting.number, setting.value.data(),
                      static_cast<socklen_t>(setting.value.size() * sizeof(int))) == 0;
}

std::string read(int fd, const Setting& setting) {
  char bytes[64] = {};
  socklen_t length = static_cast<socklen_t>(setting.value.size() * sizeof(int));
  if (::getsockopt(fd, setting.level, setting.number, bytes, &length) != 0) return "unreadable";
  return std::string(bytes, length);
}

std::vector<Family> families_of(const Setting& setting) {
  if (setting.level == IPPROTO_IPV6) return {Family::v6};
  return {Family::v4, Family::v6};
}

struct Carried : testing::TestWithParam<Setting> {
  void SetUp() override { MPTCP_NEEDS(mptcp_sockets); }
};

TEST_P(Carried, reads_the_same_afterwards) {
  for (const Family family : families_of(GetParam())) {
    auto fd = test::make_socket(family, Transport::tcp);
    ASSERT_TRUE(set(fd.get(), GetParam())) << std::strerror(errno);
    const auto before = read(fd.get(), GetParam());
    auto transport = enable(fd.get());
    ASSERT_TRUE(transport) << transport.error().message;
    EXPECT_EQ(*transport, Transport::mptcp);
    EXPECT_EQ(protocol(fd.get()), IPPROTO_MPTCP);
    EXPECT_EQ(read(fd.get(), GetParam()), before);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Option, Carried,
    testing::Values(Setting{"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, {1}},
                    Setting{"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, {1}},
                    Setting{"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, {1}},
                    Setting{"SO_LINGER", SOL_SOCKET, SO_LINGER, {1, 7}},
                    Setting{"SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT, {500}},
                    Setting{"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, {3, 0, 500000, 0}},
                    Setting{"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, {4, 0, 0, 0}},
                    Setting{"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, {100000}},
                    Setting{"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, {100000}},
                    Setting{"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, {5}},
                    Setting{"SO_MARK", SOL_SOCKET, SO_MARK, {7}},
                    Setting{"SO_BINDTOIFINDEX", SOL_SOCKET, SO_BINDTOIFINDEX, {1}},
                    Setting{"SO_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP_OLD, {1}},
                    Setting{"SO_TIMESTAMPNS_NEW", SOL_SOCKET, SO_TIMESTAMPNS_NEW, {1}},
                    Setting{"SO_INCOMING_CPU", SOL_SOCKET, SO_INCOMING_CPU, {1}},
                    Setting{"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, {1}},
                    Setting{"TCP_CORK", IPPROTO_TCP, TCP_CORK, {1}},
                    Setting{"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, {33}},
                    Setting{"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, {3}},
                    Setting{"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, {4}},
                    Setting{"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, {5}},
                    Setting{"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, {5}},
                    Setting{"TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, {1}},
                    Setting{"IP_TOS", IPPROTO_IP, IP_TOS, {0x10}},
                    Setting{"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND, {1}},
                    Setting{"IP_TRANSPARENT", IPPROTO_IP, IP_TRANSPARENT, {1}},
                    Setting{"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, {1}}),
    setting_word);

// Depending on the kernel's age, carried or refused; never lost.
struct Kept : testing::TestWithParam<Setting> {
  void SetUp() override { MPTCP_NEEDS(mptcp_sockets); }
};

TEST_P(Kept, is_carried_over_or_else_the_socket_is_left_alone) {
  for (const Family family : families_of(GetParam())) {
    auto fd = test::make_socket(family, Transport::tcp);
    if (!set(fd.get(), GetParam())) {
      GTEST_SKIP() << "cannot be set on TCP here: " << std::strerror(errno);
    }
    const auto before = read(fd.get(), GetParam());
    auto transport = enable(fd.get());
    if (!transport) {
      EXPECT_EQ(transport.error().kind, ErrorKind::not_supported);
      EXPECT_NE(transport.error().message.find(GetParam().name), std::string::npos)
          << transport.error().message;
      EXPECT_EQ(protocol(fd.get()), IPPROTO_TCP);
    }
    EXPECT_EQ(read(fd.get(), GetParam()), before);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Option, Kept,
    testing::Values(Setting{"SO_DONTROUTE", SOL_SOCKET, SO_DONTROUTE, {1}},
                    Setting{"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, {1}},
                    Setting{"SO_SELECT_ERR_QUEUE", SOL_SOCKET, SO_SELECT_ERR_QUEUE, {1}},
                    Setting{"SO_MAX_PACING_RATE", SOL_SOCKET, SO_MAX_PACING_RATE, {1000000}},
                    Setting{"SO_ZEROCOPY", SOL_SOCKET, SO_ZEROCOPY, {1}},
                    Setting{"SO_PEEK_OFF", SOL_SOCKET, SO_PEEK_OFF, {1}},
                    Setting{"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, {1000}},
                    Setting{"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, {3}},
                    Setting{"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, {3}},
                    Setting{"TCP_WINDOW_CLAMP", IPPROTO_TCP, TCP_WINDOW_CLAMP, {50000}},
                    Setting{"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, {3000}},
                    Setting{"TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT, {5000}},
                    Setting{"TCP_SAVE_SYN", IPPROTO_TCP, TCP_SAVE_SYN, {1}},
                    Setting{"TCP_INQ", IPPROTO_TCP, TCP_INQ, {1}},
                    Setting{"IP_TTL", IPPROTO_IP, IP_TTL, {9}},
                    Setting{"IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER, {IP_PMTUDISC_DO}},
                    Setting{"IP_RECVERR", IPPROTO_IP, IP_RECVERR, {1}},
                    Setting{"IP_MINTTL", IPPROTO_IP, IP_MINTTL, {5}},
                    Setting{"IP_LOCAL_PORT_RANGE", IPPROTO_IP, 51, {41000 << 16 | 40000}},
                    Setting{"IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, {1}},
                    Setting{"IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS, {9}},
                    Setting{"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS, {0x10}},
                    Setting{"IPV6_AUTOFLOWLABEL", IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, {0}},
                    Setting{"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, {1}}),
    setting_word);

TEST(Enable, carries_over_the_congestion_control) {
  MPTCP_NEEDS(mptcp_sockets);
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_EQ(::setsockopt(fd.get(), IPPROTO_TCP, TCP_CONGESTION, "reno", 4), 0);
  ASSERT_TRUE(enable(fd.get()));
  char name[16] = {};
  socklen_t length = sizeof name;
  ASSERT_EQ(::getsockopt(fd.get(), IPPROTO_TCP, TCP_CONGESTION, name, &length), 0);
  EXPECT_STREQ(name, "reno");
}

TEST(Enable, keeps_a_priority_that_the_type_of_service_would_move) {
  MPTCP_NEEDS(mptcp_sockets);
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_TRUE(set(fd.get(), {"IP_TOS", IPPROTO_IP, IP_TOS, {0x10}}));
  ASSERT_TRUE(set(fd.get(), {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, {0}}));
  ASSERT_TRUE(enable(fd.get()));
  EXPECT_EQ(option(fd.get(), IPPROTO_IP, IP_TOS), 0x10);
  EXPECT_EQ(option(fd.get(), SOL_SOCKET, SO_PRIORITY), 0);
}

// Which of the sizes the user has fixed: 1 send, 2 receive.
int locked_buffers(int fd) { return option(fd, SOL_SOCKET, 72); }

TEST(Enable, leaves_buffers_to_tune_themselves_unless_their_size_was_set) {
  MPTCP_NEEDS(mptcp_sockets);
  auto untouched = test::make_socket(Family::v4, Transport::tcp);
  int locks = 0;
  socklen_t length = sizeof locks;
  if (::getsockopt(untouched.get(), SOL_SOCKET, 72, &locks, &length) != 0) {
    GTEST_SKIP() << "this kernel does not tell which buffers are fixed (Linux 5.14 does)";
  }
  ASSERT_TRUE(enable(untouched.get()));
  EXPECT_EQ(locked_buffers(untouched.get()), 0);

  auto sending = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_TRUE(set(sending.get(), {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, {50000}}));
  ASSERT_TRUE(enable(sending.get()));
  EXPECT_EQ(locked_buffers(sending.get()), 1);
}

TEST(Enable, fixes_a_buffer_whose_size_was_set_to_what_it_was) {
  MPTCP_NEEDS(mptcp_sockets);
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  const int size = option(fd.get(), SOL_SOCKET, SO_RCVBUF);
  ASSERT_TRUE(set(fd.get(), {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, {size / 2}}));
  ASSERT_TRUE(enable(fd.get()));
  EXPECT_EQ(option(fd.get(), SOL_SOCKET, SO_RCVBUF), size);
  EXPECT_EQ(locked_buffers(fd.get()), 2);
}

TEST(Enable, may_be_registered_with_epoll_afterwards) {
  auto fd = test::make_socket(Family::v4, Transport::tcp);
  ASSERT_TRUE(enable(fd.get()));
  const OwnedFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  EXPECT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event), 0);
}

}  // namespace
}  // namespace mptcp
