// SPDX-License-Identifier: MIT
//
// Follows a download that another program makes.  That program may be in any language; it is given
//
//   SERVER LOCAL REMOTE SIZE FILE
//
// and downloads SIZE bytes from SERVER into FILE.  At a quarter of them it opens a subflow from
// LOCAL to REMOTE, at half it makes the first a backup, at three quarters it closes the first.  It
// tells of that on standard output every 100 ms, and once when it has them all, in lines of words
// with tabs between; BYTES are those received so far, SECOND counts from when it was connected:
//
//   subflow SECOND ID BYTES RTT_US LOCAL REMOTE   each subflow, if it has any; no ports
//   total SECOND BYTES                            then what is in the file
//   step SECOND BYTES TEXT                        at once: what it did to its paths
#pragma once

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "screen.h"

namespace demo {

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

// Draws what it is told while it is told it; byte counts become rates here.
class Follower {
 public:
  Follower(const std::string& title, std::uint64_t size) : screen_(title), size_(size) {}

  // Reads what the program tells, to the end of it.  Throws when it is none of the above.
  void follow(int fd);
  // What there was; throws when the file did not become whole.
  Outcome finish();

 private:
  // A counter as it was, and when.
  struct Reading {
    double second = 0;
    std::uint64_t bytes = 0;
  };

  void take(const std::string& line);
  void take_subflow(std::istringstream& words);
  void take_total(std::istringstream& words);
  void take_step(std::istringstream& words);
  double megabits_per_second(unsigned subflow, std::uint64_t bytes);
  double done() const { return static_cast<double>(received_) / static_cast<double>(size_); }

  Screen screen_;
  std::uint64_t size_;
  double second_ = 0;
  std::uint64_t received_ = 0;
  std::vector<Sample> told_;  // of the sample that is not yet whole
  std::vector<Row> rows_;     // the same, as they are drawn
  std::map<unsigned, Reading> readings_;
  Outcome outcome_;
};

}  // namespace demo
