// SPDX-License-Identifier: MIT
//
// The demonstration's parts: a server, and two downloads from it.  The first is plain TCP.  The
// second is what libmptcp is for: an application that opens, prefers and closes the paths of its
// own connection while data flows.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <mptcp/base.h>

namespace demo {

// Serves `size` bytes of a fixed pseudo-random stream to each of `connections` clients, in turn.
void serve(const mptcp::Address& address, std::uint64_t size, int connections);

enum class Kind { plain, multipath };

// What one subflow (or the plain connection, subflow 0) carried in one interval.
struct Sample {
  double second = 0;
  unsigned subflow = 0;
  double megabits_per_second = 0;
};

// What the application did, and when.
struct Step {
  double second = 0;
  std::string what;
};

struct Outcome {
  double seconds = 0;
  std::vector<Sample> samples;
  std::vector<Step> steps;
};

struct Order {
  Kind kind = Kind::plain;
  mptcp::Address server;
  mptcp::Address second_local;  // the second path's two ends
  mptcp::Address second_remote;
  std::uint64_t size = 0;
  std::string file;  // where the bytes go
};

// Downloads, and draws what it sees.  Throws mptcp::Failure.
Outcome download(const Order& order);

}  // namespace demo
