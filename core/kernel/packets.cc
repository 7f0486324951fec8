// SPDX-License-Identifier: MIT
#include "kernel/packets.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>

namespace mptcp::kernel {
namespace {

constexpr std::size_t block_size = 65536;
constexpr std::size_t most_at_once = 64;

int set(int fd, int option, const void* value, socklen_t length) {
  return ::setsockopt(fd, SOL_PACKET, option, value, length) < 0 ? -errno : 0;
}
int set(int fd, int option, int value) { return set(fd, option, &value, sizeof value); }

int prepare(int fd, std::size_t slot_size, std::size_t slots) {
  int code = set(fd, PACKET_VERSION, TPACKET_V2);
  if (code == 0) code = set(fd, PACKET_VNET_HDR, 1);
  if (code == 0) code = set(fd, PACKET_IGNORE_OUTGOING, 1);
  if (code == 0) code = set(fd, PACKET_QDISC_BYPASS, 1);
  if (code < 0) return code;
  tpacket_req request{};
  request.tp_block_size = block_size;
  request.tp_block_nr = static_cast<unsigned>(slot_size * slots / block_size);
  request.tp_frame_size = static_cast<unsigned>(slot_size);
  request.tp_frame_nr = static_cast<unsigned>(slots);
  return set(fd, PACKET_RX_RING, &request, sizeof request);
}

// The kernel's own word for who may touch a slot.
std::atomic_ref<std::uint32_t> status_of(tpacket2_hdr* header) {
  return std::atomic_ref<std::uint32_t>(header->tp_status);
}

// The stamp is of the wall clock: how long ago it was is the same on either.
std::chrono::steady_clock::time_point arrival_of(const tpacket2_hdr& header) {
  using namespace std::chrono;
  const auto steady = steady_clock::now();
  const auto stamp = seconds(header.tp_sec) + nanoseconds(header.tp_nsec);
  const auto age = system_clock::now().time_since_epoch() - stamp;
  return steady - std::clamp<nanoseconds>(age, nanoseconds(0), seconds(1));
}

}  // namespace

int PacketRing::open(InterfaceIndex interface, std::size_t slot_size, std::size_t slots,
                     PacketRing& ring) {
  // No protocol yet: nothing may come before the ring is there.
  PacketRing made;
  made.fd_ = OwnedFd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int fd = made.fd_.get();
  if (fd < 0) return -errno;
  if (int code = prepare(fd, slot_size, slots); code < 0) return code;
  void* memory =
      ::mmap(nullptr, slot_size * slots, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (memory == MAP_FAILED) return -errno;
  made.memory_ = static_cast<std::byte*>(memory);
  made.slot_size_ = slot_size;
  made.slots_ = slots;
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(number(interface));
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return -errno;
  ring = std::move(made);
  return 0;
}

PacketRing& PacketRing::operator=(PacketRing&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(memory_, other.memory_);
  std::swap(slot_size_, other.slot_size_);
  std::swap(slots_, other.slots_);
  std::swap(next_, other.next_);
  std::swap(too_long_, other.too_long_);
  return *this;
}

PacketRing::~PacketRing() {
  if (memory_) ::munmap(memory_, slot_size_ * slots_);
}

std::byte* PacketRing::slot(std::size_t index) const { return memory_ + index * slot_size_; }

std::optional<Arrival> PacketRing::front() {
  for (;;) {
    auto* header = reinterpret_cast<tpacket2_hdr*>(slot(next_));
    if (!(status_of(header).load(std::memory_order_acquire) & TP_STATUS_USER)) return std::nullopt;
    if (header->tp_snaplen == header->tp_len) {
      const auto* frame = slot(next_) + header->tp_mac - sizeof(OffloadHeader);
      return Arrival{{frame, header->tp_snaplen + sizeof(OffloadHeader)}, arrival_of(*header)};
    }
    ++too_long_;
    pop();
  }
}

void PacketRing::pop() {
  auto* header = reinterpret_cast<tpacket2_hdr*>(slot(next_));
  status_of(header).store(TP_STATUS_KERNEL, std::memory_order_release);
  next_ = (next_ + 1) % slots_;
}

std::uint64_t PacketRing::take_overruns() {
  tpacket_stats counted{};
  socklen_t length = sizeof counted;
  ::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, &counted, &length);
  return std::exchange(too_long_, 0) + counted.tp_drops;
}

void PacketRing::forget_error() {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
}

int PacketRing::send(std::span<const FrameBytes> frames) {
  mmsghdr messages[most_at_once] = {};
  iovec data[most_at_once];
  const auto count = std::min(frames.size(), most_at_once);
  for (std::size_t i = 0; i < count; ++i) {
    data[i] = {const_cast<std::byte*>(frames[i].data()), frames[i].size()};
    messages[i].msg_hdr.msg_iov = &data[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int sent = ::sendmmsg(fd_.get(), messages, static_cast<unsigned>(count), MSG_DONTWAIT);
  return sent < 0 ? -errno : sent;
}

}  // namespace mptcp::kernel
