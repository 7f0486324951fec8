// SPDX-License-Identifier: MIT
//
// One direction of a path: a queue, a line of some rate, and a flight of some length.
//
// Pure: it is told the time and hands back what is due.  Frames arrive in the order of time.  A
// frame waits in the queue for the line, takes the line for its length at the rate, then flies for
// the delay; chance meets it between line and flight.
#pragma once

#include <deque>

#include "lab/frame.h"

namespace mptcp::lab {

using Time = std::chrono::steady_clock::time_point;

class Wire {
 public:
  // The same seed and frames meet the same fate.
  explicit Wire(std::uint64_t seed) : seed_(seed) {}

  // From now on; what has left the line keeps the delay it had.
  void set_shape(const Shape& shape, Time now);
  void accept(Frame frame, Time now);
  // Hands over what has arrived at the far end by now, in order.
  void release(Time now, std::vector<Frame>& arrived);
  // When release() will next have something to hand over; perhaps a little early.
  std::optional<Time> next_release() const;
  // Everything under way is gone.
  void clear();

  DirectionCounters counters;

 private:
  struct Waiting {
    Frame frame;
    std::uint64_t n = 0;
  };
  struct Flying {
    Time when;
    std::uint64_t order = 0;
    Frame frame;
  };
  static bool is_later(const Flying& a, const Flying& b);

  bool has_room(const Frame& frame) const;
  std::chrono::nanoseconds time_on_line(std::uint64_t bytes) const;
  void advance_line(Time now);
  void leave_line(Waiting waiting, Time when);
  std::chrono::nanoseconds delay_of(std::uint64_t n) const;
  void fly(Frame frame, Time when);

  const std::uint64_t seed_;
  Shape shape_;
  std::uint64_t accepted_ = 0;  // counted packets so far
  std::deque<Waiting> queue_;
  Time head_leaves_;  // when the queue's first frame leaves the line
  std::uint64_t queued_bytes_ = 0;
  std::uint64_t queued_packets_ = 0;
  std::vector<Flying> flight_;  // a heap, the earliest in front
  std::uint64_t order_ = 0;
  std::uint64_t held_bytes_ = 0;
  Time latest_;  // no frame that keeps its place arrives before this
};

}  // namespace mptcp::lab
