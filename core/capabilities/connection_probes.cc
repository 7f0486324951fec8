// SPDX-License-Identifier: MIT
//
// What needs no privilege: sockets, and what can be read of connections.
#include <linux/netlink.h>

#include "capabilities/probes.h"
#include "capabilities/tried_socket.h"
#include "connection/mptcp_option.h"
#include "kernel/constants.h"
#include "netlink/sock_diag.h"

namespace mptcp::probes {
namespace {

const char* remedy_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_supported:
      return "boot a kernel with CONFIG_MPTCP: Debian 12, Ubuntu 22.04, or later";
    case ErrorKind::disabled:
      return "sudo sysctl -w net.mptcp.enabled=1";
    default:
      return "";
  }
}

std::optional<Lack> refused_option(int code, const char* what, const char* remedy) {
  if (code >= 0) return std::nullopt;
  return Lack{kernel::system_error(-code, what).message, remedy};
}

}  // namespace

std::optional<Lack> probe_mptcp_sockets(kernel::Kernel& kernel) {
  auto fd = open_mptcp(kernel);
  if (fd) return std::nullopt;
  return Lack{fd.error().message, remedy_for(fd.error().kind)};
}

std::optional<Lack> probe_connection_info(kernel::Kernel& kernel) {
  auto fd = open_mptcp(kernel);
  if (!fd) return Lack{fd.error().message, remedy_for(fd.error().kind)};
  kernel::MptcpInfo info{};
  socklen_t length = sizeof info;
  const int code =
      connection::get_mptcp_option(kernel, fd->get(), kernel::mptcp_info, &info, &length);
  return refused_option(code, "reading MPTCP_INFO", "boot Linux 5.16 or later");
}

std::optional<Lack> probe_full_info(kernel::Kernel& kernel) {
  auto fd = open_mptcp(kernel);
  if (!fd) return Lack{fd.error().message, remedy_for(fd.error().kind)};
  kernel::FullInfo info{};
  socklen_t length = sizeof info;
  const int code =
      connection::get_mptcp_option(kernel, fd->get(), kernel::mptcp_full_info, &info, &length);
  return refused_option(code, "reading MPTCP_FULL_INFO", "boot Linux 6.5 or later");
}

// Who is told that an MPTCP listener's TCP socket belongs to MPTCP, is told the rest of subflows.
std::optional<Lack> probe_subflow_detail(kernel::Kernel& kernel) {
  auto fd = open_mptcp(kernel);
  if (!fd) return Lack{fd.error().message, remedy_for(fd.error().kind)};
  auto address = listen_on_loopback(kernel, fd->get());
  if (!address) return Lack{address.error().message, ""};
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  if (!socket) return Lack{socket.error().message, ""};
  auto listener = netlink::find_listener(*socket, *address);
  if (!listener) return Lack{listener.error().message, ""};
  if (!*listener) return Lack{"sock_diag does not find TCP sockets", "sudo modprobe tcp_diag"};
  if ((*listener)->tells_upper_layer) return std::nullopt;
  return Lack{
      "sock_diag keeps to itself what a TCP socket belongs to: this kernel tells "
      "administrators only",
      std::string("boot Linux 6.15 or later; or ") + become_administrator};
}

std::optional<Lack> probe_connection_listing(kernel::Kernel& kernel) {
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  if (!socket) return Lack{socket.error().message, ""};
  auto listing = netlink::check_connection_diag(*socket);
  if (listing) return std::nullopt;
  const bool missing = listing.error().kind == ErrorKind::not_supported;
  return Lack{listing.error().message, missing ? "sudo modprobe mptcp_diag" : ""};
}

}  // namespace mptcp::probes
