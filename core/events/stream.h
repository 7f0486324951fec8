// SPDX-License-Identifier: MIT
//
// The EventStream of this process: fetches the facts (notifications, looks, surveys) and keeps the
// Book of them.
//
//   stream.cc    what a caller may ask: open, add, remove, read, wait
//   facts.cc     how the facts come in: notifications, overflow, samples, ends
#pragma once

#include <set>

#include <mptcp/events.h>

#include "events/book.h"
#include "events/look.h"
#include "events/notifications.h"

namespace mptcp::events {

struct Options {
  // Some ten thousand notifications.  The memory is taken when they are queued.
  int receive_buffer = 8 << 20;
};

class Stream final : public EventStream {
 public:
  static Result<std::unique_ptr<EventStream>> open(kernel::Kernel& kernel, Scope scope,
                                                   const Options& options = {});

  Result<void> add(int fd, Sampling sampling) override;
  Result<void> remove(int fd) override;
  int descriptor() const override { return epoll_.get(); }
  Result<std::vector<Event>> read(std::size_t at_most) override;
  Result<std::vector<Event>> wait(Deadline deadline, std::size_t at_most) override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  Stream(kernel::Kernel& kernel, Scope scope)
      : kernel_(kernel),
        process_(kernel.process_id()),
        scope_(scope),
        looker_(Looker::open(kernel)),
        book_(scope) {}
  Result<void> prepare(const Options& options);
  Result<void> check_process() const;
  Result<void> check_watchable(int fd, const Sampling& sampling);
  Result<void> watch(int fd, const Sampling& sampling);
  // Sets the timer to when read() has to be called next, if nothing else happens.
  void arm();

  Result<void> refresh();
  Result<void> take_notifications();
  void recognise(const std::vector<Event>& events);
  void attach(int fd, Token token);
  void hook(int fd);
  void name_subflows();
  void look_at_doubtful();
  void look_at_ended();
  void compare_all();
  void sample();
  void schedule(int fd, Time now);
  void unschedule(int fd);
  void see(int fd, Look& look, const Stamp& stamp, Trust trust);
  std::optional<Look> look_at(int fd, const Stamp& stamp, Trust trust,
                              const Looker::Wanted& wanted);
  // Of looks without a question of their own.
  Trust usual_trust() const { return notifications_ ? Trust::second_look : Trust::at_once; }
  Looker::Wanted unknown_to(int fd) const;
  Stamp compared() { return {EventOrigin::comparison, kernel_.now()}; }

  kernel::Kernel& kernel_;
  const int process_;
  const Scope scope_;
  Looker looker_;
  Book book_;
  OwnedFd epoll_;
  OwnedFd timer_;
  std::optional<Notifications> notifications_;
  std::optional<Error> why_not_;        // there are no notifications
  bool lost_ = false;                   // some, and the queue is not yet read to its end
  bool more_ = false;                   // are queued
  std::set<std::pair<Time, int>> due_;  // samples, by descriptor
  std::set<int> hooked_;                // descriptors whose end the epoll tells
  Time armed_{};
};

}  // namespace mptcp::events
