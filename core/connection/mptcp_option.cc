// SPDX-License-Identifier: MIT
#include "connection/mptcp_option.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

namespace mptcp::connection {

std::string describe(int fd) { return "descriptor " + std::to_string(fd); }

IntOption get_int_option(kernel::Kernel& kernel, int fd, int level, int option) {
  IntOption answer;
  socklen_t length = sizeof answer.value;
  answer.code = kernel.get_option(fd, level, option, &answer.value, &length);
  return answer;
}

Result<Transport> made_as(kernel::Kernel& kernel, int fd) {
  const auto type = get_int_option(kernel, fd, SOL_SOCKET, SO_TYPE);
  if (type.code < 0) return kernel::system_error(-type.code, describe(fd));
  const auto protocol = get_int_option(kernel, fd, SOL_SOCKET, SO_PROTOCOL);
  if (protocol.code < 0) return kernel::system_error(-protocol.code, describe(fd));
  if (type.value == SOCK_STREAM) {
    if (protocol.value == kernel::ipproto_mptcp) return Transport::mptcp;
    if (protocol.value == IPPROTO_TCP) return Transport::tcp;
  }
  return Error{ErrorKind::invalid_argument, 0,
               describe(fd) + " is not a TCP or MPTCP stream socket"};
}

bool is_fallen_back(kernel::Kernel& kernel, int fd) {
  // MPTCP itself never had this option; a connection that fell back asks its TCP socket, which has.
  return get_int_option(kernel, fd, IPPROTO_TCP, TCP_QUICKACK).code >= 0;
}

Error refused(kernel::Kernel& kernel, int fd, int code) {
  // Plain TCP refuses with the one on IPv4, with the other on IPv6.
  if (code != -EOPNOTSUPP && code != -ENOPROTOOPT) {
    return kernel::system_error(-code, describe(fd));
  }
  auto transport = made_as(kernel, fd);
  if (!transport) return transport.error();
  if (*transport == Transport::tcp) {
    return {ErrorKind::invalid_argument, 0, describe(fd) + " is plain TCP and never was MPTCP"};
  }
  if (is_fallen_back(kernel, fd)) {
    return {ErrorKind::fell_back, 0, describe(fd) + " fell back to plain TCP"};
  }
  return kernel::system_error(
      ErrorKind::not_supported, -code,
      "this kernel tells nothing about MPTCP connections (Linux 5.16 does)");
}

}  // namespace mptcp::connection
