// SPDX-License-Identifier: MIT
//
// All subflows of a connection as the kernel packs them, read without touching the heap: up to
// `inline_subflows` of them on the stack, more of them in pages of their own.
#pragma once

#include <cstddef>

#include <mptcp/connection.h>

#include "kernel/constants.h"
#include "kernel/kernel.h"

namespace mptcp::connection {

class Snapshot {
 public:
  explicit Snapshot(kernel::Kernel& kernel) : kernel_(kernel) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

  // Reads the kernel: 0 or a negative errno.  One system call, all at one instant; where there is
  // no MPTCP_FULL_INFO, two lists that are read until they agree.
  int take(int fd);

  // As the kernel lists them, the dead included.
  std::size_t size() const { return count_; }
  // Neither dead nor a listener.
  bool is_live(std::size_t index) const;
  // False when its addresses are of no known family.
  bool decode(std::size_t index, Subflow& out) const;

 private:
  int take_whole(int fd);
  int take_in_parts(int fd);
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
  std::size_t count_ = 0;
  const std::byte* tcp_ = nullptr;
  const std::byte* ids_ = nullptr;  // null when the kernel does not tell
  const std::byte* addresses_ = nullptr;
  std::uint32_t tcp_stride_ = 0;
  std::uint32_t addresses_stride_ = 0;

  std::byte* pages_ = nullptr;
  std::size_t size_ = sizeof inline_;
  alignas(8) std::byte inline_[inline_subflows * whole_size];  // written by the kernel first
};

}  // namespace mptcp::connection
