// SPDX-License-Identifier: MIT
#include "paths/operation.h"

#include <cerrno>

namespace mptcp::paths {

std::optional<Completion> Operation::step() {
  wake_.reset();
  if (auto same = target_.check(); !same) return failed(same.error());
  auto over = advance();
  if (over) return over;
  if (auto known = target_.remember(); !known) return failed(known.error());
  return std::nullopt;
}

Error Operation::give_up() {
  return {ErrorKind::timed_out, ETIMEDOUT, what() + ": timed out: " + missing()};
}

void Operation::wake_again(Deadline::Clock::duration first) {
  using namespace std::chrono_literals;
  constexpr Deadline::Clock::duration longest = 200ms;
  pause_ = std::min(std::max(pause_ * 3 / 2, first), longest);
  wake_in(pause_);
}

void Operation::wake_in(Deadline::Clock::duration pause) {
  wake_ = channels_.kernel().now() + pause;
}

}  // namespace mptcp::paths
