// SPDX-License-Identifier: MIT
#include <netinet/in.h>

#include <cerrno>

#include "connection/opener.h"
#include "kernel/constants.h"

namespace mptcp::connection {
namespace {

// EINVAL is the odd one: kernels before 5.6 range-check the protocol number before they know the
// name, so an old kernel looks like a caller's mistake.
ErrorKind classify_open_failure(int os_code) {
  switch (os_code) {
    case EINVAL:
    case EPROTONOSUPPORT:
      return ErrorKind::not_supported;
    case ENOPROTOOPT:
      return ErrorKind::disabled;
    default:
      return kernel::classify(os_code);
  }
}

std::string_view explain(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_supported:
      return "opening an MPTCP socket: this kernel has no MPTCP";
    case ErrorKind::disabled:
      return "opening an MPTCP socket: switched off by net.mptcp.enabled=0";
    default:
      return "opening an MPTCP socket";
  }
}

}  // namespace

Error open_failure(int os_code) {
  const auto kind = classify_open_failure(os_code);
  return kernel::system_error(kind, os_code, std::string(explain(kind)));
}

Result<OwnedFd> open_socket(kernel::Kernel& kernel, Family family, Fallback fallback,
                            Blocking blocking) {
  const int domain = family == Family::v4 ? AF_INET : AF_INET6;
  const int type = SOCK_STREAM | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
  const int opened = kernel.socket(domain, type, kernel::ipproto_mptcp);
  if (opened >= 0) return OwnedFd(opened);

  const Error failure = open_failure(-opened);
  const bool without_mptcp =
      failure.kind == ErrorKind::not_supported || failure.kind == ErrorKind::disabled;
  if (fallback == Fallback::refused || !without_mptcp) return failure;
  const int plain = kernel.socket(domain, type, IPPROTO_TCP);
  if (plain < 0) return kernel::system_error(-plain, "opening a TCP socket");
  return OwnedFd(plain);
}

}  // namespace mptcp::connection

namespace mptcp {

Result<OwnedFd> open_socket(Family family, Fallback fallback, Blocking blocking) {
  return connection::open_socket(kernel::system_kernel(), family, fallback, blocking);
}

Result<Transport> enable(int fd, Fallback fallback) {
  return connection::enable(kernel::system_kernel(), fd, fallback);
}

}  // namespace mptcp
