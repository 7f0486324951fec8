// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>

#include "connection/decode_info.h"
#include "connection/mptcp_option.h"
#include "connection/reader.h"

namespace mptcp::connection {
namespace {

bool has_peer(kernel::Kernel& kernel, int fd) {
  sockaddr_storage address;
  socklen_t length = sizeof address;
  return kernel.peer_name(fd, &address, &length) >= 0;
}

// What MPTCP_INFO means.  A reset takes the token away and leaves the flags; a connection closed on
// both ends keeps both, and only its last subflow is gone: as of one whose paths have all been
// closed, which may get new ones.  Those two differ in having a peer.
Status judge(kernel::Kernel& kernel, int fd, const kernel::MptcpInfo& info, socklen_t length) {
  // Kernels so far refuse the option to a connection that fell back, rather than say so here.
  if (info.flags & kernel::info_flag_fallback) return Status::fell_back;
  const bool met = (info.flags & kernel::info_flag_remote_key_received) != 0 && info.token != 0;
  if (!met) return Status::unconnected;
  const bool counts_subflows = length > offsetof(kernel::MptcpInfo, subflows_total);
  if (counts_subflows && info.subflows_total > 0) return Status::mptcp;
  return has_peer(kernel, fd) ? Status::mptcp : Status::unconnected;
}

Result<Status> judge_refusal(kernel::Kernel& kernel, int fd, int code) {
  if (code != -EOPNOTSUPP && code != -ENOPROTOOPT) {
    return kernel::system_error(-code, describe(fd));
  }
  auto transport = made_as(kernel, fd);
  if (!transport) return transport.error();
  if (*transport == Transport::tcp) return Status::tcp;
  if (is_fallen_back(kernel, fd)) return Status::fell_back;
  // Before Linux 5.16 the kernel refuses this to everybody.
  return has_peer(kernel, fd) ? Status::mptcp : Status::unconnected;
}

// Becomes a ConnectionInfo where that is to stand: to move one takes as long as to fill it.
struct Decoded {
  const kernel::MptcpInfo& raw;
  std::size_t length;
  explicit operator ConnectionInfo() const { return decode_info(raw, length); }
};

}  // namespace

Result<Status> status(kernel::Kernel& kernel, int fd) {
  kernel::MptcpInfo info{};
  socklen_t length = sizeof info;
  const int code = get_mptcp_option(kernel, fd, kernel::mptcp_info, &info, &length);
  if (code < 0) return judge_refusal(kernel, fd, code);
  return judge(kernel, fd, info, length);
}

Result<ConnectionInfo> info(kernel::Kernel& kernel, int fd) {
  kernel::MptcpInfo info{};
  socklen_t length = sizeof info;
  const int code = get_mptcp_option(kernel, fd, kernel::mptcp_info, &info, &length);
  if (code < 0) return refused(kernel, fd, code);
  return Result<ConnectionInfo>(std::in_place, Decoded{info, length});
}

Result<std::uint64_t> socket_cookie(kernel::Kernel& kernel, int fd) {
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  const int code = kernel.get_option(fd, SOL_SOCKET, kernel::so_cookie, &cookie, &length);
  if (code < 0) return kernel::system_error(-code, describe(fd));
  return cookie;
}

std::optional<std::uint64_t> namespace_cookie(kernel::Kernel& kernel, int fd) {
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  const int code = kernel.get_option(fd, SOL_SOCKET, kernel::so_netns_cookie, &cookie, &length);
  if (code < 0) return std::nullopt;
  return cookie;
}

}  // namespace mptcp::connection
