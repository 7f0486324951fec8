// SPDX-License-Identifier: MIT
#include "events/look.h"

#include <linux/netlink.h>

#include <algorithm>

#include "connection/reader.h"
#include "events/translate.h"

namespace mptcp::events {
namespace {

constexpr SubflowId initial_id{1};

Pair pair_of(const Subflow& subflow) { return {subflow.local, subflow.remote}; }

SubflowDetail to_detail(const netlink::DiagSocket& socket) {
  SubflowDetail detail;
  detail.interface = socket.key.interface;
  if (!socket.ulp) return detail;
  detail.local_id = socket.ulp->local_id;
  detail.remote_id = socket.ulp->remote_id;
  detail.backup_by_peer = (socket.ulp->flags & netlink::ulp_backup_by_peer) != 0;
  detail.fully_established = (socket.ulp->flags & netlink::ulp_fully_established) != 0;
  return detail;
}

// Without sock_diag: a join or an answer to data came only because joins are allowed.
std::optional<bool> is_established(const Sight& sight, const ConnectionInfo& info) {
  if (info.bytes_acked.value_or(0) > 0 || info.bytes_received.value_or(0) > 0) return true;
  bool has_initial = false;
  for (const Subflow& subflow : sight.subflows) {
    if (pair_of(subflow) == sight.initial) {
      has_initial = true;
    } else if (has_come_up(subflow.state)) {
      return true;
    }
  }
  // The first subflow alone is closed only after joins were allowed.
  if (!has_initial) return true;
  return std::nullopt;
}

Result<Address> name_of(int code, const sockaddr_storage& address, socklen_t length) {
  if (code < 0) return kernel::system_error(-code, "asking for an address");
  return from_sockaddr(reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace

Looker Looker::open(kernel::Kernel& kernel) {
  Looker looker(kernel);
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  if (!socket) return looker;
  looker.namespace_ = connection::namespace_cookie(kernel, socket->descriptor());
  looker.diag_ = std::move(*socket);
  return looker;
}

bool Looker::is_same_socket(int fd, std::uint64_t cookie) {
  auto now = connection::socket_cookie(kernel_, fd);
  return now && *now == cookie;
}

std::optional<Look> Looker::look(int fd, std::uint64_t cookie, const Wanted& wanted) {
  Look look;
  auto info = connection::info(kernel_, fd);
  std::optional<Result<std::vector<Subflow>>> subflows;
  if (info && info->token.value_or(Token{}) != Token{}) {
    subflows = connection::subflows(kernel_, fd);
  }
  // Asked last: what was read before is then certainly of this socket.
  if (!is_same_socket(fd, cookie)) return look;

  const Error* error = !info ? &info.error() : nullptr;
  if (subflows && !*subflows) error = &subflows->error();
  if (error) {
    if (error->kind != ErrorKind::fell_back) return std::nullopt;
    look.state = Look::State::fell_back;
    look.sight.initial = ends_of(fd);
    return look;
  }
  look.state = Look::State::unconnected;
  if (!subflows) return look;
  look.state = Look::State::mptcp;
  look.sight.token = *info->token;
  look.sight.subflows = std::move(**subflows);
  complete(look.sight, fd, *info, wanted);
  return look;
}

void Looker::complete(Sight& sight, int fd, const ConnectionInfo& info, const Wanted& wanted) {
  sight.created = (info.flags.value_or(0) & kernel::info_flag_remote_key_received) != 0;
  if (!sight.subflows.empty() && sight.subflows.front().id == initial_id) {
    sight.initial = pair_of(sight.subflows.front());
  } else {
    sight.initial = ends_of(fd);
  }
  sight.established = is_established(sight, info);
  if (diag_) add_details(sight, fd, wanted);
}

void Looker::add_details(Sight& sight, int fd, const Wanted& wanted) {
  std::uint64_t inode = 0;
  for (Subflow& subflow : sight.subflows) {
    if (!wanted(pair_of(subflow))) continue;
    if (inode == 0 && kernel_.inode(fd, inode) < 0) return;
    auto found = find(subflow, inode);
    if (!found) continue;
    subflow.detail = to_detail(*found);
    subflow.local = with_scope(subflow.local, found->key.interface);
    subflow.remote = with_scope(subflow.remote, found->key.interface);
    if (pair_of(subflow) != sight.initial || !found->ulp) continue;
    sight.server_side = (found->ulp->flags & netlink::ulp_asked) == 0;
    if (!sight.established) sight.established = subflow.detail->fully_established;
  }
}

// The inode tells a subflow of ours from a stranger's on the same addresses elsewhere.
std::optional<netlink::DiagSocket> Looker::find(const Subflow& subflow, std::uint64_t inode) {
  auto found = netlink::find_socket(*diag_, {subflow.local, subflow.remote});
  if (!found || !*found || (*found)->inode != inode) return std::nullopt;
  if (kernel_.is_switched_off(Capability::subflow_detail)) (*found)->ulp.reset();
  return **found;
}

bool Looker::is_elsewhere(int fd) {
  const auto other = connection::namespace_cookie(kernel_, fd);
  return namespace_ && other && *namespace_ != *other;
}

std::optional<Pair> Looker::ends_of(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto local = name_of(kernel_.local_name(fd, &storage, &length), storage, length);
  if (!local) return std::nullopt;
  length = sizeof storage;
  auto remote = name_of(kernel_.peer_name(fd, &storage, &length), storage, length);
  return Pair{*local, remote ? *remote : Address{.family = local->family}};
}

}  // namespace mptcp::events
