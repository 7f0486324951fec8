// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "connection/carried_options.h"
#include "connection/mptcp_option.h"
#include "connection/opener.h"
#include "connection/reader.h"

namespace mptcp::connection {
namespace {

constexpr int settable_status_flags = O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK;

std::string cannot(int fd) { return describe(fd) + " cannot become MPTCP: "; }

Error unfit(int fd, std::string_view why) {
  return {ErrorKind::invalid_argument, 0, cannot(fd) + "it " + std::string(why)};
}

Result<void> check_unconnected(kernel::Kernel& kernel, int fd) {
  // The first byte of tcp_info.
  auto state = TcpState::unknown;
  socklen_t length = sizeof state;
  int code = kernel.get_option(fd, IPPROTO_TCP, TCP_INFO, &state, &length);
  if (code < 0) return kernel::system_error(-code, describe(fd));
  if (state == TcpState::listen) return unfit(fd, "is listening");
  if (state != TcpState::close && state != TcpState::bound_inactive) {
    return unfit(fd, "is connected, or connecting");
  }
  sockaddr_storage storage{};
  length = sizeof storage;
  code = kernel.local_name(fd, &storage, &length);
  if (code < 0) return kernel::system_error(-code, describe(fd));
  auto local = from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), length);
  if (!local) return local.error();
  if (local->port != Port{} || !local->is_unspecified()) return unfit(fd, "is bound");
  return {};
}

Result<Family> family_of(kernel::Kernel& kernel, int fd) {
  const auto domain = get_int_option(kernel, fd, SOL_SOCKET, SO_DOMAIN);
  if (domain.code < 0) return kernel::system_error(-domain.code, describe(fd));
  if (domain.value == AF_INET) return Family::v4;
  if (domain.value == AF_INET6) return Family::v6;
  return unfit(fd, "is neither IPv4 nor IPv6");
}

// Makes `replacement` all that `fd` is, then puts it in its place: the last step is the only
// one that changes anything.
Result<void> replace(kernel::Kernel& kernel, int fd, Family family, const OwnedFd& replacement) {
  const int status_flags = kernel.status_flags(fd);
  if (status_flags < 0) return kernel::system_error(-status_flags, describe(fd));
  const int descriptor_flags = kernel.descriptor_flags(fd);
  if (descriptor_flags < 0) return kernel::system_error(-descriptor_flags, describe(fd));
  // The receiver of its signals belongs to the open file that goes away.
  if (status_flags & O_ASYNC) return unfit(fd, "uses signal-driven I/O (O_ASYNC)");

  const OwnedFd fresh(
      kernel.socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP));
  if (!fresh.is_open()) {
    return kernel::system_error(-fresh.get(), "opening a TCP socket to compare with");
  }
  auto carried = carry_options(kernel, fd, fresh.get(), replacement.get());
  if (!carried) {
    Error error = carried.error();
    error.message.insert(0, cannot(fd));
    return error;
  }

  int code = kernel.set_status_flags(replacement.get(), status_flags & settable_status_flags);
  if (code < 0) return kernel::system_error(-code, describe(fd) + ": carrying over its flags");
  code = kernel.duplicate_onto(replacement.get(), fd, (descriptor_flags & FD_CLOEXEC) != 0);
  if (code < 0) return kernel::system_error(-code, describe(fd) + ": putting MPTCP in its place");
  return {};
}

}  // namespace

Result<Transport> enable(kernel::Kernel& kernel, int fd, Fallback fallback) {
  auto transport = made_as(kernel, fd);
  if (!transport || *transport == Transport::mptcp) return transport;
  if (auto fit = check_unconnected(kernel, fd); !fit) return fit.error();
  auto family = family_of(kernel, fd);
  if (!family) return family.error();

  auto replacement = open_socket(kernel, *family, Fallback::refused, Blocking::yes);
  if (!replacement) {
    const auto kind = replacement.error().kind;
    const bool without_mptcp = kind == ErrorKind::not_supported || kind == ErrorKind::disabled;
    if (fallback == Fallback::allowed && without_mptcp) return Transport::tcp;
    return replacement.error();
  }
  const auto here = namespace_cookie(kernel, replacement->get());
  if (here && namespace_cookie(kernel, fd) != here) {
    return unfit(fd, "is of another network namespace than the caller's");
  }
  if (auto done = replace(kernel, fd, *family, *replacement); !done) return done.error();
  return Transport::mptcp;
}

}  // namespace mptcp::connection
