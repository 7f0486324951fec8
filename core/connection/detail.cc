// SPDX-License-Identifier: MIT
#include "connection/detail.h"

#include <linux/netlink.h>

#include <cstring>

#include "connection/mptcp_option.h"

namespace mptcp::connection {
namespace {

// A datagram of sock_diag is a page, or less.
constexpr std::size_t answer_size = 8192;

}  // namespace

SubflowDetail to_detail(kernel::Kernel& kernel, const netlink::DiagSocket& socket) {
  SubflowDetail detail;
  static_assert(sizeof detail.congestion_control == sizeof socket.congestion_control);
  std::memcpy(detail.congestion_control, socket.congestion_control,
              sizeof detail.congestion_control);
  detail.owner = socket.owner;
  detail.inode = socket.inode;
  detail.interface = socket.key.interface;
  if (!socket.ulp || kernel.is_switched_off(Capability::subflow_detail)) return detail;
  detail.backup = (socket.ulp->flags & netlink::ulp_backup) != 0;
  detail.backup_by_peer = (socket.ulp->flags & netlink::ulp_backup_by_peer) != 0;
  detail.fully_established = (socket.ulp->flags & netlink::ulp_fully_established) != 0;
  detail.local_id = socket.ulp->local_id;
  detail.remote_id = socket.ulp->remote_id;
  return detail;
}

Result<void> add_details(kernel::Kernel& kernel, int fd, std::span<Subflow> subflows) {
  if (subflows.empty()) return {};
  std::uint64_t inode = 0;
  if (const int code = kernel.inode(fd, inode); code < 0) {
    return kernel::system_error(-code, describe(fd));
  }
  alignas(8) std::byte storage[answer_size];
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG, storage);
  if (!socket) return socket.error();
  for (Subflow& subflow : subflows) {
    auto found = netlink::find_socket(*socket, {subflow.local, subflow.remote});
    if (!found) return found.error();
    // The addresses may meanwhile be another connection's; the descriptor may be of another
    // namespace, where they are a stranger's.
    if (!*found || (*found)->inode != inode) continue;
    subflow.detail = to_detail(kernel, **found);
    // Only here does the kernel tell the interface of a link-local address.
    subflow.local.scope = (*found)->key.local.scope;
    subflow.remote.scope = (*found)->key.remote.scope;
  }
  return {};
}

}  // namespace mptcp::connection
