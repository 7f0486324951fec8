// SPDX-License-Identifier: MIT
#include "lab/wires.h"

#include <algorithm>
#include <bit>

#include "kernel/kernel.h"
#include "lab/draws.h"

namespace mptcp::lab {
namespace {

using namespace std::chrono_literals;

// Two kinds of ring: for single packets, and for bursts on paths that begin fast and faultless.
constexpr std::size_t packet_slot = 2048;
constexpr std::size_t burst_slot = 16384;
constexpr std::uint32_t largest_burst = 10;  // packets of 1500 bytes; fits the slot
constexpr std::size_t most_slots = 2048;
constexpr std::size_t fewest_slots = 64;
constexpr std::size_t ring_memory = 8 << 20;
constexpr std::size_t lab_memory = 256 << 20;

// A burst arrives as one: it may take this much of the line.
constexpr double burst_seconds = 120e-6;
constexpr double packet_bits = 1500 * 8;

bool has_faults(const Shape& shape) {
  return shape.loss > 0 || shape.reorder > 0 || shape.duplicate > 0;
}

// Bursts that a shape allows.
std::uint32_t burst_of(const Shape& shape) {
  if (has_faults(shape)) return 1;
  if (shape.rate == 0) return largest_burst;
  const auto packets = static_cast<double>(shape.rate) * burst_seconds / packet_bits;
  return static_cast<std::uint32_t>(std::clamp(packets, 1.0, double{largest_burst}));
}
std::uint32_t burst_of(const PathSpec& path) {
  return std::min(burst_of(path.upload), burst_of(path.download));
}

std::uint64_t seed_of(std::uint64_t seed, std::size_t path, std::size_t direction) {
  return mix(mix(seed) ^ (path * 2 + direction));
}

}  // namespace

Result<Wires> Wires::open(const LabSpec& spec, const std::vector<PlannedPath>& plan) {
  Wires wires;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].kind == PathKind::direct) continue;
    const auto burst = burst_of(spec.paths[i]);
    const auto slot = burst > 1 ? burst_slot : packet_slot;
    const auto memory = std::min(ring_memory, lab_memory / (2 * plan.size()));
    const auto slots = std::clamp(std::bit_floor(memory / slot), fewest_slots, most_slots);
    Path path{
        i, burst > 1 ? largest_burst : 1, {seed_of(spec.seed, i, 0), seed_of(spec.seed, i, 1)}};
    for (std::size_t side = 0; side < 2; ++side) {
      const auto& end = plan[i].ends[side];
      const int code =
          kernel::PacketRing::open(end.wire_interface, slot, slots, path.sides[side].ring);
      if (code < 0) return kernel::system_error(-code, "opening wire " + end.wire_name);
    }
    wires.paths_.push_back(std::move(path));
    wires.change(i, spec.paths[i]);
  }
  return wires;
}

Wires::Path* Wires::find(std::size_t position) {
  for (auto& path : paths_) {
    if (path.position == position) return &path;
  }
  return nullptr;
}

void Wires::change(std::size_t position, const PathSpec& spec) {
  auto* path = find(position);
  if (!path) return;
  const auto now = Time::clock::now();
  path->sides[0].wire.set_shape(spec.upload, now);
  path->sides[1].wire.set_shape(spec.download, now);
  for (auto& side : path->sides) side.ring.forget_error();
  if (spec.link == LinkState::up) return;
  for (auto& side : path->sides) side.wire.clear();
}

std::uint32_t Wires::burst(std::size_t position, const PathSpec& spec) const {
  for (const auto& path : paths_) {
    if (path.position == position) return std::min(path.largest_burst, burst_of(spec));
  }
  return 0;
}

DirectionCounters Wires::counters(std::size_t position, std::size_t direction) {
  auto* path = find(position);
  if (!path) return {};
  auto& side = path->sides[direction];
  side.wire.counters.overrun += side.ring.take_overruns();
  return side.wire.counters;
}

void Wires::append_descriptors(std::vector<pollfd>& descriptors) const {
  for (const auto& path : paths_) {
    for (const auto& side : path.sides) descriptors.push_back({side.ring.descriptor(), POLLIN, 0});
  }
}

std::optional<Time> Wires::next() const {
  std::optional<Time> next;
  for (const auto& path : paths_) {
    for (const auto& side : path.sides) {
      const auto release = side.wire.next_release();
      if (release) next = std::min(next.value_or(*release), *release);
    }
  }
  return next;
}

void Wires::serve() {
  for (auto& path : paths_) {
    for (auto& side : path.sides) receive(side);
    const auto now = Time::clock::now();
    send(path.sides[0], path.sides[1], now);
    send(path.sides[1], path.sides[0], now);
  }
}

void Wires::receive(Side& side) {
  while (auto arrival = side.ring.front()) {
    side.wire.accept(make_frame(arrival->bytes), arrival->when);
    side.ring.pop();
  }
}

void Wires::send(Side& from, Side& to, Time now) {
  due_.clear();
  from.wire.release(now, due_);
  std::vector<kernel::FrameBytes> frames;
  for (const auto& frame : due_) frames.emplace_back(frame.bytes);
  for (std::size_t sent = 0; sent < frames.size();) {
    const int count = to.ring.send(std::span(frames).subspan(sent));
    // One that the far end does not take is lost, the rest may go.
    if (count <= 0 && due_[sent].is_counted) from.wire.counters.overrun += due_[sent].packets;
    sent += static_cast<std::size_t>(std::max(count, 1));
  }
}

}  // namespace mptcp::lab
