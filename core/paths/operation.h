// SPDX-License-Identifier: MIT
//
// One request under way: a small state machine that never waits.
//
// step() goes on as far as it can; when it cannot, the operation says what it waits for.  It is
// stepped again after a notification about its connection, at its wake_time(), and at its deadline.
// Notifications are hints and reasons; what holds is what the kernel answers when asked.
#pragma once

#include <mptcp/paths.h>

#include "netlink/mptcp_pm.h"
#include "paths/channels.h"
#include "paths/target.h"

namespace mptcp::paths {

using TimePoint = Deadline::Clock::time_point;

class Operation {
 public:
  Operation(Channels& channels, Target target) : channels_(channels), target_(std::move(target)) {}
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // The completion when the operation is over.
  std::optional<Completion> step();
  // A notification about its connection.
  virtual void hear(const netlink::PmEvent&) {}
  // Some were lost.
  virtual void overflowed() {}
  // When to step again without any; nothing: only when notified.
  std::optional<TimePoint> wake_time() const { return wake_; }
  // The deadline has passed: leaves nothing half done, and says what was missing.
  virtual Error give_up();

  Token token() const { return target_.token(); }
  // "opening a subflow from 10.0.2.1 to 10.0.2.2:80"
  virtual std::string what() const = 0;

 protected:
  virtual std::optional<Completion> advance() = 0;
  virtual std::string missing() const = 0;

  static Completion failed(Error error) { return {.error = std::move(error)}; }
  // For what the kernel does not notify: steps again after a while, a little longer each time.
  void wake_again(Deadline::Clock::duration first);
  void wake_in(Deadline::Clock::duration pause);

  Channels& channels_;
  Target target_;

 private:
  std::optional<TimePoint> wake_;
  Deadline::Clock::duration pause_{};
};

}  // namespace mptcp::paths
