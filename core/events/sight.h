// SPDX-License-Identifier: MIT
//
// What a look at the kernel shows of one connection, whichever way the look was taken.
#pragma once

#include <optional>
#include <vector>

#include <mptcp/connection.h>

namespace mptcp::events {

// The two ends of a subflow: its name in notifications and in the kernel's lists.
struct Pair {
  Address local;
  Address remote;
  friend bool operator==(const Pair&, const Pair&) = default;
};

// An order for maps.  Scope and form take no part: the kernel leaves them out here and there.
struct PairOrder {
  bool operator()(const Pair& a, const Pair& b) const;
};

struct Sight {
  Token token{};
  bool created = false;             // it has two MPTCP ends
  std::optional<bool> established;  // others may join; absent where nobody tells
  std::optional<bool> server_side;
  std::optional<Pair> initial;    // the first subflow's ends, also when it is dead
  std::vector<Subflow> subflows;  // live, and still joining
};

// Whether a subflow in that state has been established at some time, and still is or is ending.
bool has_come_up(TcpState state);

}  // namespace mptcp::events
