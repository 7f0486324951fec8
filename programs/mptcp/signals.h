// SPDX-License-Identifier: MIT
//
// For verbs that follow something until they are interrupted: signals, taken in turn with the other
// descriptors of their loop, so that the terminal is restored and the last line is whole.
#pragma once

#include <chrono>
#include <optional>

#include <mptcp/base.h>

namespace mptcp::program {

class Signals {
 public:
  // From now on SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH are ours to read, but for those that
  // whoever started us wants ignored.
  static Result<Signals> take();

  int descriptor() const { return fd_.get(); }
  // The next one that arrived, if any.
  std::optional<int> next();

 private:
  explicit Signals(OwnedFd fd) : fd_(std::move(fd)) {}
  OwnedFd fd_;
};

bool ends_the_program(int signal);

// Waits for `fd` (-1: none) or a signal; true when `fd` is ready.  Without a time, for ever.
bool wait_for(int fd, const Signals& signals,
              std::optional<std::chrono::steady_clock::time_point> until = std::nullopt);

}  // namespace mptcp::program
