// SPDX-License-Identifier: MIT
//
// How status() judges what kernels answer, old ones too; real connections are in tests/kernel.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>

#include "connection/reader.h"
#include "kernel/constants.h"
#include "support/fake_kernel.h"

namespace mptcp::connection {
namespace {

struct StatusOf : testing::Test {
  test::FakeKernel kernel;
  // What MPTCP_INFO says, or refuses with.
  kernel::MptcpInfo info{.flags = 2, .token = 7, .subflows_total = 1};
  socklen_t info_length = sizeof info;
  int info_code = 0;
  int protocol = kernel::ipproto_mptcp;
  int type = SOCK_STREAM;
  bool fallen = false;
  bool peer = true;

  StatusOf() {
    kernel.on_get_option = [this](int, int level, int option, void* value, socklen_t* length) {
      return answer(level, option, value, length);
    };
    kernel.on_peer_name = [this](int, sockaddr_storage*, socklen_t*) {
      return peer ? 0 : -ENOTCONN;
    };
  }
  int answer(int level, int option, void* value, socklen_t* length) {
    if (level == kernel::sol_mptcp && option == kernel::mptcp_info) {
      if (info_code != 0) return info_code;
      *length = std::min(*length, info_length);
      std::memcpy(value, &info, *length);
      return 0;
    }
    if (level == IPPROTO_TCP && option == TCP_QUICKACK) return fallen ? 0 : -EOPNOTSUPP;
    if (level != SOL_SOCKET) return -EOPNOTSUPP;
    std::memcpy(value, option == SO_TYPE ? &type : &protocol, sizeof(int));
    return 0;
  }
  std::string now() {
    auto answer = status(kernel, 5);
    return answer ? std::string(name(*answer)) : answer.error().message;
  }
};

TEST_F(StatusOf, a_connection_costs_one_system_call) {
  EXPECT_EQ(now(), "mptcp");
  EXPECT_EQ(kernel.calls.size(), 1U);
}

TEST_F(StatusOf, a_socket_without_the_peers_key_is_unconnected) {
  info.flags = 0;
  EXPECT_EQ(now(), "unconnected");
}

TEST_F(StatusOf, a_connection_that_was_reset_is_unconnected) {
  info.token = 0;
  EXPECT_EQ(now(), "unconnected");
}

TEST_F(StatusOf, a_connection_without_subflows_depends_on_having_a_peer) {
  info.subflows_total = 0;
  EXPECT_EQ(now(), "mptcp");
  peer = false;
  EXPECT_EQ(now(), "unconnected");
}

TEST_F(StatusOf, an_older_kernels_connection_depends_on_having_a_peer) {
  info_length = 48;
  EXPECT_EQ(now(), "mptcp");
  peer = false;
  EXPECT_EQ(now(), "unconnected");
}

TEST_F(StatusOf, a_kernel_that_admits_the_fallback_is_believed) {
  info.flags = 3;
  EXPECT_EQ(now(), "fell_back");
}

TEST_F(StatusOf, a_refusal_by_either_family_is_a_fallback_or_plain_tcp) {
  for (const int code : {-EOPNOTSUPP, -ENOPROTOOPT}) {
    info_code = code;
    fallen = true;
    protocol = kernel::ipproto_mptcp;
    EXPECT_EQ(now(), "fell_back");
    protocol = IPPROTO_TCP;
    EXPECT_EQ(now(), "tcp");
  }
}

TEST_F(StatusOf, a_kernel_that_refuses_everybody_is_told_all_the_same) {
  info_code = -EOPNOTSUPP;
  EXPECT_EQ(now(), "mptcp");
  peer = false;
  EXPECT_EQ(now(), "unconnected");
  auto answer = connection::info(kernel, 5);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::not_supported);
}

TEST_F(StatusOf, connection_info_switched_off_is_a_kernel_that_refuses_everybody) {
  kernel.switched_off.insert(Capability::connection_info);
  EXPECT_EQ(now(), "mptcp");
  EXPECT_EQ(connection::info(kernel, 5).error().kind, ErrorKind::not_supported);
}

TEST_F(StatusOf, what_is_no_stream_of_tcp_is_an_invalid_argument) {
  info_code = -EOPNOTSUPP;
  type = SOCK_RAW;
  EXPECT_EQ(status(kernel, 5).error().kind, ErrorKind::invalid_argument);
  type = SOCK_STREAM;
  protocol = IPPROTO_SCTP;
  EXPECT_EQ(status(kernel, 5).error().kind, ErrorKind::invalid_argument);
  info_code = -EBADF;
  EXPECT_EQ(status(kernel, 5).error().kind, ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace mptcp::connection
