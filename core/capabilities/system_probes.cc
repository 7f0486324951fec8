// SPDX-License-Identifier: MIT
//
// What has nothing to do with MPTCP: other processes, and namespaces.
#include <netinet/in.h>

#include <cerrno>

#include "capabilities/probes.h"
#include "netlink/route.h"

namespace mptcp::probes {
namespace {

using Step = kernel::NamespaceTrial::Step;

// Whether a file holds a whole number, and that one.
bool holds(kernel::Kernel& kernel, const std::string& path, std::string_view number) {
  std::string text;
  if (kernel.read_file(path, text) < 0) return false;
  while (text.ends_with('\n')) text.pop_back();
  return text == number;
}

// The setting that most likely stands in the way of an ordinary user's namespaces.
std::string remedy_for_namespaces(kernel::Kernel& kernel) {
  if (holds(kernel, "/proc/sys/kernel/unprivileged_userns_clone", "0")) {
    return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  }
  if (holds(kernel, "/proc/sys/user/max_user_namespaces", "0")) {
    return "sudo sysctl -w user.max_user_namespaces=10000";
  }
  if (holds(kernel, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  }
  return "run it as root; in a container, one that may make namespaces (docker run --privileged)";
}

}  // namespace

std::optional<Lack> probe_descriptor_passing(kernel::Kernel& kernel) {
  const OwnedFd fd(kernel.socket(AF_INET, SOCK_DGRAM, 0));
  const int code = fd.is_open() ? kernel.try_borrowing(fd.get()) : fd.get();
  if (code >= 0) return std::nullopt;
  const std::string reason =
      kernel::system_error(-code, "taking a descriptor of another process").message;
  if (code == -ENOSYS) return Lack{reason, "boot Linux 5.6 or later"};
  if (code != -EPERM) return Lack{reason, ""};
  const std::string yama = "/proc/sys/kernel/yama/ptrace_scope";
  std::string scope;
  const bool restricted = kernel.read_file(yama, scope) >= 0 && !holds(kernel, yama, "0");
  return Lack{reason, restricted ? "sudo sysctl -w kernel.yama.ptrace_scope=0; or run it as root"
                                 : "run it as root"};
}

std::optional<Lack> probe_network_lab(kernel::Kernel& kernel) {
  netlink::VethEnd near{
      .name = "try0", .index = InterfaceIndex{2}, .hardware_address = {2, 0, 0, 0, 0, 1}};
  netlink::VethEnd far{
      .name = "try1", .index = InterfaceIndex{3}, .hardware_address = {2, 0, 0, 0, 0, 2}};
  auto message = netlink::create_veth(near, far);
  const auto trial = kernel.try_namespaces(message.finish(1));
  if (trial.code >= 0) return std::nullopt;
  switch (trial.step) {
    case Step::namespaces:
      return Lack{kernel::system_error(-trial.code, "making user and network namespaces").message,
                  remedy_for_namespaces(kernel)};
    case Step::packet_socket:
      return Lack{
          kernel::system_error(-trial.code, "opening a packet socket in them").message,
          trial.code == -EAFNOSUPPORT ? "sudo modprobe af_packet" : remedy_for_namespaces(kernel)};
    case Step::route_message:
      return Lack{kernel::system_error(-trial.code, "making a pair of interfaces in them").message,
                  trial.code == -EOPNOTSUPP ? "sudo modprobe veth" : remedy_for_namespaces(kernel)};
  }
  return std::nullopt;
}

}  // namespace mptcp::probes
