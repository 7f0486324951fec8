// SPDX-License-Identifier: MIT
//
// The live subflows of a connection, oldest first, as the kernel packs them; read without touching
// the heap: up to `inline_subflows` of them on the stack, more of them in pages of their own.
//
// The C ABI includes this too: it fills its structs from here, without making a Subflow first.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#include <mptcp/connection.h>

#include "connection/decode_info.h"
#include "connection/mptcp_option.h"
#include "kernel/constants.h"
#include "kernel/kernel.h"

namespace mptcp::connection {

class Snapshot {
 public:
  enum class Info { no, too };
  explicit Snapshot(kernel::Kernel& kernel, Info info = Info::no)
      : kernel_(kernel), wants_info_(info == Info::too) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

  // Reads the kernel: 0 or a negative errno, which failure() explains.  One system call, all at one
  // instant; where there is no MPTCP_FULL_INFO, two lists that are read until they agree.
  int take(int fd) {
    int code = try_whole(fd);
    if (code != 0 || count_ > capacity(whole_size)) code = take_with_care(fd, code);
    if (code == 0 && !is_tidy()) tidy();
    return code;
  }
  Error failure(int fd, int code) const;
  // What take() answers, and what a caller answers whose addresses() were of no known family.
  static constexpr int unknown_form = -EBADMSG;

  // Of the same instant: what was asked for, unless there is no MPTCP_FULL_INFO.
  const std::optional<ConnectionInfo>& info() const { return info_; }

  std::size_t size() const { return count_; }
  SubflowId id(std::size_t index) const {
    SubflowId id{};  // stays 0 when the kernel does not tell
    if (ids_) std::memcpy(&id, ids_ + index * addresses_stride_, sizeof id);
    return id;
  }
  TcpState state(std::size_t index) const {
    return TcpState{std::to_integer<std::uint8_t>(tcp_[index * tcp_stride_])};
  }
  // The first so many bytes of a TcpInfo.
  std::span<const std::byte> tcp(std::size_t index) const {
    return {tcp_ + index * tcp_stride_, tcp_stride_};
  }
  // False when they are of no known family.
  bool addresses(std::size_t index, Address& local, Address& remote) const;

 private:
  // MPTCP_FULL_INFO, once: also 0 when it found more subflows than there is room for.
  int try_whole(int fd);
  // Goes on where the first try_whole() answered `code`.
  int take_with_care(int fd, int code);
  int take_in_parts(int fd);
  // The kernel lists the dead too, and by age but for joins that came while it was busy.
  bool is_tidy() const;
  void tidy();
  bool is_live(std::size_t index) const {
    return state(index) != TcpState::close && state(index) != TcpState::listen;
  }
  // One list of take_in_parts(), after its header: the count of subflows, or a negative errno.
  int read_part(int fd, int option, std::byte* at, std::size_t room_for, std::uint32_t& stride);
  // Room for that many subflows of `each` bytes; false when there is none to be had.
  bool reserve(std::size_t subflows, std::size_t each);
  std::size_t capacity(std::size_t each) const { return size_ / each; }
  std::byte* room() { return pages_ ? pages_ : inline_; }

  static constexpr std::size_t inline_subflows = 32;
  // What an IPv6 address takes of the sockaddr_storage that it is in.
  static constexpr std::uint32_t address_size = 28;
  static constexpr std::uint32_t both_addresses_size = kernel::sockaddr_storage_size + address_size;
  static constexpr std::uint32_t id_size = 8;  // padded
  static constexpr std::size_t whole_size = id_size + both_addresses_size + sizeof(TcpInfo);
  static constexpr std::size_t parts_size =
      3 * sizeof(kernel::SubflowData) + 2 * both_addresses_size + sizeof(TcpInfo);

  kernel::Kernel& kernel_;
  const bool wants_info_;
  std::optional<ConnectionInfo> info_;
  std::size_t count_ = 0;
  std::byte* tcp_ = nullptr;
  std::byte* ids_ = nullptr;  // null when the kernel does not tell
  std::byte* addresses_ = nullptr;
  std::uint32_t tcp_stride_ = 0;
  std::uint32_t addresses_stride_ = 0;

  std::byte* pages_ = nullptr;
  std::size_t size_ = sizeof inline_;
  alignas(8) std::byte inline_[inline_subflows * whole_size];  // written by the kernel first
};

inline int Snapshot::try_whole(int fd) {
  kernel::FullInfo request{};
  request.size_tcpinfo_user = sizeof(TcpInfo);
  request.size_sfinfo_user = id_size + both_addresses_size;
  request.size_arrays_user = static_cast<std::uint32_t>(capacity(whole_size));
  tcp_ = room();
  ids_ = tcp_ + request.size_arrays_user * sizeof(TcpInfo);
  request.tcp_info = reinterpret_cast<std::uintptr_t>(tcp_);
  request.subflow_info = reinterpret_cast<std::uintptr_t>(ids_);
  constexpr std::size_t head = offsetof(kernel::FullInfo, info);
  socklen_t length = wants_info_ ? sizeof request : head;
  const int code = get_mptcp_option(kernel_, fd, kernel::mptcp_full_info, &request, &length);
  if (code < 0) return code;
  if (wants_info_) info_ = decode_info(request.info, length - head);
  // The kernel packs the arrays by what it wrote, not by what we had room for.
  tcp_stride_ = request.size_tcpinfo_user;
  addresses_stride_ = request.size_sfinfo_user;
  if (tcp_stride_ > sizeof(TcpInfo) || addresses_stride_ != id_size + both_addresses_size) {
    return unknown_form;
  }
  count_ = request.num_subflows;
  addresses_ = ids_ + id_size;
  return 0;
}

inline bool Snapshot::is_tidy() const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (!is_live(i) || (i > 0 && id(i) < id(i - 1))) return false;
  }
  return true;
}

}  // namespace mptcp::connection
