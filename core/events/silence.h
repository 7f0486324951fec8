// SPDX-License-Identifier: MIT
//
// Whether a subflow has gone silent, judged from one sample of its tcp_info after another.
//
// The kernel says nothing when a path dies: the subflow stays established for minutes.  What
// shows is that data is outstanding and none of it is acknowledged.  An idle subflow has nothing
// outstanding, and one that only receives never has: neither is silent.
#pragma once

#include <chrono>
#include <optional>

#include <mptcp/connection.h>

namespace mptcp::events {

enum class Verdict : std::uint8_t { nothing_new, fell_silent, resumed };

class Silence {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Takes the sample of `now`; says what changed.
  Verdict judge(const Subflow& sample, Time now, std::chrono::milliseconds patience);

 private:
  bool has_progressed(const TcpInfo& tcp, Time now) const;

  bool silent_ = false;
  std::optional<Time> waiting_since_;  // something has been outstanding, unanswered, since then
  std::optional<Time> sampled_;        // when the counters below were read
  std::uint64_t acked_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace mptcp::events
