// SPDX-License-Identifier: MIT
#include "capabilities/tried_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "connection/opener.h"

namespace mptcp::probes {

Result<OwnedFd> open_mptcp(kernel::Kernel& kernel) {
  return connection::open_socket(kernel, Family::v4, Fallback::refused, Blocking::yes);
}

Result<Address> listen_on_loopback(kernel::Kernel& kernel, int fd) {
  const int on = 1;
  kernel.set_option(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int code = kernel.bind(fd, reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback);
  if (code >= 0) code = kernel.listen(fd, 1);
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  if (code >= 0) code = kernel.local_name(fd, &name, &length);
  if (code < 0) return kernel::system_error(-code, "listening on 127.0.0.1");
  return from_sockaddr(reinterpret_cast<const sockaddr*>(&name), length);
}

}  // namespace mptcp::probes
