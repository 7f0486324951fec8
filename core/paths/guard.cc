// SPDX-License-Identifier: MIT
#include "paths/guard.h"

#include <netinet/in.h>

#include <cerrno>

#include "kernel/constants.h"

namespace mptcp::paths {
namespace {

// While the queue is full, joins are dropped with the strangers' SYNs.
constexpr int backlog = 128;

int bind_to(kernel::Kernel& kernel, int fd, const Address& address) {
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(address, storage);
  return kernel.bind(fd, reinterpret_cast<const sockaddr*>(&storage), length);
}

}  // namespace

Result<Guard> Guard::open(kernel::Kernel& kernel, const Address& address,
                          std::optional<InterfaceIndex> interface) {
  const std::string what = "listening for joins on " + format(address);
  const bool v6 = address.family == Family::v6;
  int opened =
      kernel.socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, kernel::ipproto_mptcp);
  if (opened < 0) return kernel::system_error(-opened, what);
  OwnedFd fd(opened);

  const int on = 1;
  int code = kernel.set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (code >= 0 && v6)
    code = kernel.set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (code >= 0 && interface) {
    const int index = static_cast<int>(number(*interface));
    code =
        kernel.set_option(fd.get(), SOL_SOCKET, kernel::so_bind_to_interface, &index, sizeof index);
  }
  if (code >= 0) code = bind_to(kernel, fd.get(), address);
  if (code >= 0) code = kernel.listen(fd.get(), backlog);
  if (code == -EADDRINUSE) return kernel::system_error(ErrorKind::already_exists, -code, what);
  if (code < 0) return kernel::system_error(-code, what);
  return Guard(kernel, std::move(fd));
}

void Guard::turn_strangers_away() {
  for (;;) {
    int accepted = kernel_->accept(listener_.get());
    if (accepted < 0 && accepted != -ECONNABORTED) return;
    if (accepted < 0) continue;
    OwnedFd stranger(accepted);
    // A reset, and no TIME_WAIT left behind.
    const linger at_once{1, 0};
    kernel_->set_option(stranger.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
}

}  // namespace mptcp::paths
