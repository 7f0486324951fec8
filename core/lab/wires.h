// SPDX-License-Identifier: MIT
//
// All wires of a lab at work: frames from the rings into the wires, what is due into the far rings.
#pragma once

#include "kernel/kernel.h"
#include "kernel/packets.h"
#include "lab/plan.h"
#include "lab/wire.h"

namespace mptcp::lab {

class Wires {
 public:
  // To be called in the wires' namespace, whose interfaces the plan names.
  static Result<Wires> open(const LabSpec& spec, const std::vector<PlannedPath>& plan);

  // Moves everything that has come or is due.
  void serve();
  // When serve() must run again, whatever comes.
  std::optional<Time> next() const;
  void append_descriptors(std::vector<pollfd>& descriptors) const;

  // After the link has changed.  The path's position; a direct one has no wire, and nothing
  // happens.
  void change(std::size_t path, const PathSpec& spec);
  DirectionCounters counters(std::size_t path, std::size_t direction);

  // The largest burst that the hosts may send on a path as one frame.
  std::uint32_t burst(std::size_t path, const PathSpec& spec) const;

 private:
  // Frames that a host sends go into `ring`, through `wire`, and out of the other side's ring.
  struct Side {
    Side(std::uint64_t seed) : wire(seed) {}  // NOLINT
    kernel::PacketRing ring;
    Wire wire;
    std::uint64_t overruns = 0;
  };
  struct Path {
    std::size_t position;
    std::uint32_t largest_burst;
    std::array<Side, 2> sides;  // upload, download
  };
  Path* find(std::size_t position);
  void receive(Side& side);
  void send(Side& from, Side& to, Time now);

  std::vector<Path> paths_;
  std::vector<Frame> due_;  // kept for its memory
};

}  // namespace mptcp::lab
