// SPDX-License-Identifier: MIT
//
// Whole frames from and to one interface: a packet socket with a receive ring in shared memory.
//
// The ring is deep whatever the user's limits on socket buffers are, and stamps each frame with the
// time at which it came, so that a reader who is late still knows when.  Offloads survive: a frame
// carries an OffloadHeader in front, and may be a burst of several TCP packets with one header.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <mptcp/base.h>

namespace mptcp::kernel {

// struct virtio_net_hdr, in this machine's byte order.
struct OffloadHeader {
  std::uint8_t flags;
  std::uint8_t segmentation;  // 0: the frame is one packet
  std::uint16_t header_length;
  std::uint16_t segment_size;
  std::uint16_t checksum_start;
  std::uint16_t checksum_offset;

  static constexpr std::uint8_t needs_checksum = 1;
};
static_assert(sizeof(OffloadHeader) == 10);

using FrameBytes = std::span<const std::byte>;  // an OffloadHeader and the frame

struct Arrival {
  FrameBytes bytes;  // until the next pop()
  std::chrono::steady_clock::time_point when;
};

class PacketRing {
 public:
  // Of `slots` frames of up to some hundred bytes less than `slot_size`, a power of two.
  static int open(InterfaceIndex interface, std::size_t slot_size, std::size_t slots,
                  PacketRing& ring);
  PacketRing() = default;
  PacketRing(PacketRing&& other) noexcept { *this = std::move(other); }
  PacketRing& operator=(PacketRing&& other) noexcept;
  ~PacketRing();

  int descriptor() const { return fd_.get(); }  // readable while there are frames
  // The oldest frame; frames that did not fit a slot are passed over.
  std::optional<Arrival> front();
  void pop();
  // Frames that found the ring full, or did not fit, since the last call.
  std::uint64_t take_overruns();
  // An interface that goes down, or is down, leaves an error behind: the next send() would fail
  // with it, and poll() not sleep.
  void forget_error();

  // Sends in order; answers how many it sent, or the negative errno of the first.
  int send(std::span<const FrameBytes> frames);

 private:
  std::byte* slot(std::size_t index) const;

  OwnedFd fd_;
  std::byte* memory_ = nullptr;
  std::size_t slot_size_ = 0;
  std::size_t slots_ = 0;
  std::size_t next_ = 0;
  std::uint64_t too_long_ = 0;
};

}  // namespace mptcp::kernel
