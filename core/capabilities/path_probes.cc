// SPDX-License-Identifier: MIT
//
// Who may manage paths, and by which path manager.
#include <linux/netlink.h>
#include <netinet/in.h>

#include <cerrno>

#include "capabilities/probes.h"
#include "capabilities/tried_socket.h"
#include "netlink/mptcp_pm.h"
#include "netlink/sock_diag.h"

namespace mptcp::probes {
namespace {

const std::string sysctls = "/proc/sys/net/mptcp/";
constexpr const char* newer_for_userspace = "boot Linux 5.19 or later";

// One command of the MPTCP family, for a token that no connection has: a kernel that would carry it
// out objects to the token.
Result<netlink::Answer> ask_in_vain(kernel::Kernel& kernel, const netlink::PmRequest& request) {
  auto socket = netlink::Socket::open(kernel, NETLINK_GENERIC);
  if (!socket) return socket.error();
  auto family = netlink::resolve_pm_family(*socket);
  if (!family) return family.error();
  auto message = netlink::encode(*family, request);
  return socket->exchange(message);
}

std::optional<Lack> lack_of(const Error& error) {
  return Lack{error.message, error.kind == ErrorKind::not_supported ? newer_for_userspace : ""};
}

// The setting of the namespace, by its name since Linux 6.15 or by the one before.
std::optional<std::string> find_setting(kernel::Kernel& kernel) {
  for (const char* name : {"path_manager", "pm_type"}) {
    std::string value;
    if (kernel.read_file(sysctls + name, value) >= 0) return name;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Lack> probe_path_manager_query(kernel::Kernel& kernel) {
  auto answer = ask_in_vain(
      kernel, {.command = netlink::PmCommand::get_address, .dump = true, .token = Token{0}});
  if (!answer) return lack_of(answer.error());
  if (answer->code != 0) return std::nullopt;
  // Older kernels overlook the token; they answer administrators in another way.
  if (!probe_manage_paths(kernel)) return std::nullopt;
  return Lack{"this kernel tells administrators only",
              std::string("boot Linux 6.12 or later; or ") + become_administrator};
}

std::optional<Lack> probe_manage_paths(kernel::Kernel& kernel) {
  const netlink::PmAddress nowhere{};
  auto answer = ask_in_vain(kernel, {.command = netlink::PmCommand::subflow_destroy,
                                     .token = Token{0},
                                     .local = nowhere,
                                     .remote = nowhere});
  if (!answer) return lack_of(answer.error());
  switch (answer->code) {
    case EPERM:
      return Lack{refusal(*answer, "giving path commands takes CAP_NET_ADMIN").message,
                  become_administrator};
    case EOPNOTSUPP:
      return Lack{refusal(*answer, "giving path commands").message, newer_for_userspace};
    default:
      return std::nullopt;
  }
}

std::optional<Lack> probe_userspace_path_manager(kernel::Kernel& kernel) {
  if (!find_setting(kernel)) {
    return Lack{"this kernel has only its own path manager: " + sysctls + "pm_type is missing",
                newer_for_userspace};
  }
  std::string available;
  if (kernel.read_file(sysctls + "available_path_managers", available) < 0) return std::nullopt;
  if (available.find("userspace") != available.npos) return std::nullopt;
  while (available.ends_with('\n')) available.pop_back();
  return Lack{"the kernel's path managers are: " + available, ""};
}

std::optional<Lack> probe_change_path_manager(kernel::Kernel& kernel) {
  if (auto lack = probe_userspace_path_manager(kernel)) return lack;
  const auto setting = find_setting(kernel);
  const int code = kernel.check_writable(sysctls + *setting);
  if (code >= 0) return std::nullopt;
  const bool by_name = *setting == "path_manager";
  const std::string once =
      "sudo sysctl -w net.mptcp." + *setting + "=" + (by_name ? "userspace" : "1");
  return Lack{kernel::system_error(-code, "writing " + sysctls + *setting).message,
              code == -EROFS ? "sudo mount -o remount,rw /proc/sys"
                             : once + "; or " + become_administrator};
}

std::optional<Lack> probe_convert_path_manager(kernel::Kernel& kernel) {
  if (auto lack = probe_mptcp_sockets(kernel)) return lack;
  if (auto lack = probe_change_path_manager(kernel)) return lack;
  // Dissolving no connection makes a socket read the setting again.
  auto fd = open_mptcp(kernel);
  if (!fd) return Lack{fd.error().message, ""};
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  const int code = kernel.connect(fd->get(), &nobody, sizeof nobody);
  if (code >= 0) return std::nullopt;
  return Lack{kernel::system_error(-code, "making a socket choose its path manager again").message,
              ""};
}

std::optional<Lack> probe_destroy_sockets(kernel::Kernel& kernel) {
  // A socket of our own, since the kernel looks for it before it asks who we are.
  const OwnedFd fd(kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
  if (!fd.is_open()) return Lack{kernel::system_error(-fd.get(), "opening a socket").message, ""};
  auto address = listen_on_loopback(kernel, fd.get());
  if (!address) return Lack{address.error().message, ""};
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  if (!socket) return Lack{socket.error().message, ""};
  auto destroyed = netlink::destroy_socket(*socket, {*address, Address{}});
  if (destroyed) return std::nullopt;
  switch (destroyed.error().kind) {
    case ErrorKind::not_permitted:
      return Lack{kernel::system_error(EPERM, "resetting TCP sockets takes CAP_NET_ADMIN").message,
                  become_administrator};
    case ErrorKind::not_supported:
      return Lack{destroyed.error().message, "boot a kernel with CONFIG_INET_DIAG_DESTROY"};
    case ErrorKind::not_found:
      return Lack{destroyed.error().message, "sudo modprobe tcp_diag"};
    default:
      return Lack{destroyed.error().message, ""};
  }
}

std::optional<Lack> probe_events(kernel::Kernel& kernel) {
  auto socket = netlink::Socket::open(kernel, NETLINK_GENERIC);
  if (!socket) return Lack{socket.error().message, ""};
  auto family = netlink::resolve_pm_family(*socket);
  if (!family) return lack_of(family.error());
  if (family->events_group == 0) {
    return Lack{"this kernel has no MPTCP notifications", "boot Linux 5.12 or later"};
  }
  auto joined = socket->join(family->events_group);
  if (joined) return std::nullopt;
  if (joined.error().kind != ErrorKind::not_permitted) return Lack{joined.error().message, ""};
  return Lack{
      kernel::system_error(EPERM, "subscribing to notifications takes CAP_NET_ADMIN").message,
      become_administrator};
}

}  // namespace mptcp::probes
