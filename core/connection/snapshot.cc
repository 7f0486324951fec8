// SPDX-License-Identifier: MIT
#include "connection/snapshot.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/sockaddr.h"
#include "connection/mptcp_option.h"

namespace mptcp::connection {
namespace {

// Subflows may come while we make room for them; more often than this, it is not us who are slow.
constexpr int attempts = 10;

// An address of either family, as the kernel packs it.
bool from_kernel(const std::byte* bytes, Address& out) {
  return read_sockaddr(reinterpret_cast<const sockaddr*>(bytes), sizeof(sockaddr_in6), out);
}

std::uint64_t pointer(const std::byte* bytes) { return reinterpret_cast<std::uintptr_t>(bytes); }

}  // namespace

Snapshot::~Snapshot() {
  if (pages_) kernel_.unmap_pages(pages_, size_);
}

bool Snapshot::reserve(std::size_t subflows, std::size_t each) {
  if (subflows <= capacity(each)) return true;
  if (pages_) kernel_.unmap_pages(pages_, size_);
  size_ = (subflows + subflows / 8) * each;
  pages_ = static_cast<std::byte*>(kernel_.map_pages(size_));
  return pages_ != nullptr;
}

int Snapshot::take(int fd) {
  const int code = take_whole(fd);
  // Also what a connection says that fell back; it then refuses the parts in the same way.
  if (code != -EOPNOTSUPP && code != -ENOPROTOOPT) return code;
  return take_in_parts(fd);
}

int Snapshot::take_whole(int fd) {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    kernel::FullInfo request{};
    request.size_tcpinfo_user = sizeof(TcpInfo);
    request.size_sfinfo_user = id_size + both_addresses_size;
    request.size_arrays_user = static_cast<std::uint32_t>(capacity(whole_size));
    tcp_ = room();
    ids_ = tcp_ + request.size_arrays_user * sizeof(TcpInfo);
    request.tcp_info = pointer(tcp_);
    request.subflow_info = pointer(ids_);
    socklen_t length = offsetof(kernel::FullInfo, info);
    const int code = get_mptcp_option(kernel_, fd, kernel::mptcp_full_info, &request, &length);
    if (code < 0) return code;
    // The kernel packs the arrays by what it wrote, not by what we had room for.
    tcp_stride_ = request.size_tcpinfo_user;
    addresses_stride_ = request.size_sfinfo_user;
    if (tcp_stride_ > sizeof(TcpInfo) || addresses_stride_ != id_size + both_addresses_size) {
      return -EBADMSG;
    }
    count_ = request.num_subflows;
    addresses_ = ids_ + id_size;
    if (count_ <= request.size_arrays_user) return 0;
    if (!reserve(count_, whole_size)) return -ENOMEM;
  }
  return -ENOBUFS;
}

int Snapshot::read_part(int fd, int option, std::byte* at, std::size_t room_for,
                        std::uint32_t& stride) {
  kernel::SubflowData header{sizeof header, 0, 0, stride};
  std::memcpy(at, &header, sizeof header);
  auto length = static_cast<socklen_t>(sizeof header + room_for * stride);
  const int code = get_mptcp_option(kernel_, fd, option, at, &length);
  if (code < 0) return code;
  std::memcpy(&header, at, sizeof header);
  if (header.size_user > stride || header.num_subflows > INT32_MAX) return -EBADMSG;
  stride = header.size_user;
  return static_cast<int>(header.num_subflows);
}

// Addresses, then tcp_info, then addresses again: when nothing moved between the first and the
// last, the middle belongs to them, element by element.
int Snapshot::take_in_parts(int fd) {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto fitting = capacity(parts_size);
    std::byte* const before = room();
    std::byte* const middle = before + sizeof(kernel::SubflowData) + fitting * both_addresses_size;
    std::byte* const after = middle + sizeof(kernel::SubflowData) + fitting * sizeof(TcpInfo);
    addresses_stride_ = both_addresses_size;
    tcp_stride_ = sizeof(TcpInfo);
    const int first =
        read_part(fd, kernel::mptcp_subflow_addrs, before, fitting, addresses_stride_);
    if (first < 0) return first;
    const int second = read_part(fd, kernel::mptcp_tcpinfo, middle, fitting, tcp_stride_);
    if (second < 0) return second;
    const int third = read_part(fd, kernel::mptcp_subflow_addrs, after, fitting, addresses_stride_);
    if (third < 0) return third;
    if (addresses_stride_ != both_addresses_size) return -EBADMSG;

    count_ = static_cast<std::size_t>(std::max({first, second, third}));
    if (count_ > fitting) {
      if (!reserve(count_, parts_size)) return -ENOMEM;
      continue;
    }
    ids_ = nullptr;
    addresses_ = before + sizeof(kernel::SubflowData);
    tcp_ = middle + sizeof(kernel::SubflowData);
    const auto size = sizeof(kernel::SubflowData) + count_ * both_addresses_size;
    if (first == second && second == third && std::memcmp(before, after, size) == 0) return 0;
  }
  return -ENOBUFS;
}

bool Snapshot::is_live(std::size_t index) const {
  const auto state = TcpState{std::to_integer<std::uint8_t>(tcp_[index * tcp_stride_])};
  return state != TcpState::close && state != TcpState::listen;
}

bool Snapshot::decode(std::size_t index, Subflow& out) const {
  std::memcpy(&out.tcp, tcp_ + index * tcp_stride_, tcp_stride_);
  if (tcp_stride_ < sizeof out.tcp) {
    std::memset(reinterpret_cast<std::byte*>(&out.tcp) + tcp_stride_, 0,
                sizeof out.tcp - tcp_stride_);
  }
  out.tcp_size = tcp_stride_;
  out.state = TcpState{out.tcp.state};
  out.detail.reset();

  out.id = SubflowId{};
  if (ids_) std::memcpy(&out.id, ids_ + index * addresses_stride_, sizeof out.id);
  const std::byte* addresses = addresses_ + index * addresses_stride_;
  return from_kernel(addresses, out.local) &&
         from_kernel(addresses + kernel::sockaddr_storage_size, out.remote);
}

}  // namespace mptcp::connection
