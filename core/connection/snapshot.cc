// SPDX-License-Identifier: MIT
#include "connection/snapshot.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/sockaddr.h"

namespace mptcp::connection {
namespace {

// Subflows may come while we make room for them; more often than this, it is not us who are slow.
constexpr int attempts = 10;

// An address of either family, as the kernel packs it.
bool from_kernel(const std::byte* bytes, Address& out) {
  return read_sockaddr(reinterpret_cast<const sockaddr*>(bytes), sizeof(sockaddr_in6), out);
}

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

int Snapshot::take_with_care(int fd, int code) {
  // Also what a connection says that fell back; it then refuses the parts in the same way.
  if (code == -EOPNOTSUPP || code == -ENOPROTOOPT) return take_in_parts(fd);
  for (int attempt = 1; code == 0 && count_ > capacity(whole_size); ++attempt) {
    if (attempt == attempts) return -ENOBUFS;
    if (!reserve(count_, whole_size)) return -ENOMEM;
    code = try_whole(fd);
  }
  return code;
}

int Snapshot::read_part(int fd, int option, std::byte* at, std::size_t room_for,
                        std::uint32_t& stride) {
  kernel::SubflowData header{sizeof header, 0, 0, stride};
  std::memcpy(at, &header, sizeof header);
  auto length = static_cast<socklen_t>(sizeof header + room_for * stride);
  const int code = get_mptcp_option(kernel_, fd, option, at, &length);
  if (code < 0) return code;
  std::memcpy(&header, at, sizeof header);
  if (header.size_user > stride || header.num_subflows > INT32_MAX) return unknown_form;
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
    if (addresses_stride_ != both_addresses_size) return unknown_form;

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

void Snapshot::tidy() {
  const auto place = [&](std::size_t to, std::size_t from) {
    std::swap_ranges(tcp_ + to * tcp_stride_, tcp_ + (to + 1) * tcp_stride_,
                     tcp_ + from * tcp_stride_);
    std::byte* const packed = ids_ ? ids_ : addresses_;
    std::swap_ranges(packed + to * addresses_stride_, packed + (to + 1) * addresses_stride_,
                     packed + from * addresses_stride_);
  };
  std::size_t live = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (!is_live(i)) continue;
    if (i != live) place(live, i);
    for (std::size_t j = live++; j > 0 && id(j) < id(j - 1); --j) place(j, j - 1);
  }
  count_ = live;
}

bool Snapshot::addresses(std::size_t index, Address& local, Address& remote) const {
  const std::byte* both = addresses_ + index * addresses_stride_;
  return from_kernel(both, local) && from_kernel(both + kernel::sockaddr_storage_size, remote);
}

Error Snapshot::failure(int fd, int code) const {
  switch (code) {
    case unknown_form:
      return {ErrorKind::malformed, EBADMSG,
              describe(fd) + ": the kernel lists its subflows in an unknown form"};
    case -ENOBUFS:
      return kernel::system_error(
          ENOBUFS, describe(fd) + ": subflows come and go faster than they are read");
    default:
      return refused(kernel_, fd, code);
  }
}

}  // namespace mptcp::connection
