// SPDX-License-Identifier: MIT
#include "c_abi/c_abi.h"

namespace mptcp::test {

static void exchange_a_byte(int from, int to) {
  char byte = 'x';
  ASSERT_EQ(::send(from, &byte, 1, 0), 1);
  ASSERT_EQ(::recv(to, &byte, 1, 0), 1);
}

Connection Connection::make(bool server_speaks_mptcp) {
  Connection made;
  sockaddr_in address{};
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  address.sin_family = AF_INET;
  made.listener = Fd(server_speaks_mptcp ? mptcp_socket_open(AF_INET, 0, nullptr)
                                         : ::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(::bind(made.listener, raw, length), 0);
  EXPECT_EQ(::listen(made.listener, 8), 0);
  EXPECT_EQ(::getsockname(made.listener, raw, &length), 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  made.client = Fd(mptcp_socket_open(AF_INET, 0, nullptr));
  EXPECT_EQ(::connect(made.client, raw, length), 0);
  made.server = Fd(::accept(made.listener, nullptr, nullptr));
  exchange_a_byte(made.client, made.server);
  exchange_a_byte(made.server, made.client);
  return made;
}

std::uint32_t token_of(int fd) {
  auto info = sized<mptcp_connection_info_t>();
  EXPECT_EQ(mptcp_connection_get_info(fd, &info, nullptr), 0);
  return info.token;
}

void PathsTest::SetUp() {
  ASSERT_DONE(mptcp_path_control_open_direct(&control_, &error));
  ASSERT_DONE(mptcp_namespace_set_path_manager(control_, LIBMPTCP_PATH_MANAGER_USERSPACE, &error));
}

}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
