// SPDX-License-Identifier: MIT
#include "events/stream.h"

#include <sys/socket.h>

#include <cerrno>

#include "connection/reader.h"

namespace mptcp {

Result<std::unique_ptr<EventStream>> EventStream::open(Scope scope) {
  return events::Stream::open(kernel::system_kernel(), scope);
}

}  // namespace mptcp

namespace mptcp::events {
namespace {

std::string describe(int fd) { return "descriptor " + std::to_string(fd); }

Error invalid(std::string message) { return {ErrorKind::invalid_argument, 0, std::move(message)}; }

bool is_listening(kernel::Kernel& kernel, int fd) {
  int listening = 0;
  socklen_t length = sizeof listening;
  return kernel.get_option(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 &&
         listening != 0;
}

}  // namespace

Result<std::unique_ptr<EventStream>> Stream::open(kernel::Kernel& kernel, Scope scope,
                                                  const Options& options) {
  std::unique_ptr<Stream> stream(new Stream(kernel, scope));
  if (auto ready = stream->prepare(options); !ready) return ready.error();
  return std::unique_ptr<EventStream>(std::move(stream));
}

Result<void> Stream::prepare(const Options& options) {
  const int epoll = kernel_.epoll_create();
  if (epoll < 0) return kernel::system_error(-epoll, "opening an event stream");
  epoll_ = OwnedFd(epoll);
  const int timer = kernel_.timer_create();
  if (timer < 0) return kernel::system_error(-timer, "opening an event stream");
  timer_ = OwnedFd(timer);
  if (int code = kernel_.epoll_add(epoll, timer); code < 0) {
    return kernel::system_error(-code, "opening an event stream");
  }

  auto notifications = Notifications::subscribe(kernel_, options.receive_buffer);
  if (!notifications) {
    why_not_ = notifications.error();
    if (scope_ == Scope::namespace_) return *why_not_;
    return {};
  }
  notifications_ = std::move(*notifications);
  if (int code = kernel_.epoll_add(epoll, notifications_->descriptor()); code < 0) {
    return kernel::system_error(-code, "opening an event stream");
  }
  // Subscribed first: what happens from now on is in the queue, the survey has the rest.
  if (scope_ == Scope::namespace_) compare_all();
  auto taken = take_notifications();
  arm();
  return taken;
}

Result<void> Stream::check_process() const {
  if (kernel_.process_id() == process_) return {};
  return invalid("the event stream belongs to process " + std::to_string(process_) +
                 ": after fork() open another");
}

Result<void> Stream::add(int fd, Sampling sampling) {
  if (auto mine = check_process(); !mine) return mine;
  // What was queued before is not this connection's news.
  if (auto taken = take_notifications(); !taken) return taken;
  auto watched = watch(fd, sampling);
  arm();
  return watched;
}

Result<void> Stream::watch(int fd, const Sampling& sampling) {
  auto cookie = connection::socket_cookie(kernel_, fd);
  if (!cookie) return cookie.error();
  // The number, or the socket, may be known from a descriptor that has been closed.
  for (auto known : {std::optional(fd), book_.find_cookie(*cookie)}) {
    if (!known || !book_.find(*known)) continue;
    look_at(*known, compared(), usual_trust(), unknown_to(*known));
    if (!book_.find(*known)) continue;
    return Error{ErrorKind::already_exists, 0,
                 *known == fd ? describe(fd) + " was added before"
                              : describe(fd) + " is the same socket as " + describe(*known) +
                                    ", which was added before"};
  }
  if (auto good = check_watchable(fd, sampling); !good) return good;
  book_.add({.fd = fd, .cookie = *cookie, .sampling = sampling});
  schedule(fd, kernel_.now());
  look_at(fd, compared(), Trust::at_once, unknown_to(fd));
  return {};
}

Result<void> Stream::check_watchable(int fd, const Sampling& sampling) {
  if (sampling.interval.count() < 0 || sampling.silence.count() <= 0) {
    return invalid("sampling " + describe(fd) +
                   " takes an interval and a silence that are positive");
  }
  if (auto info = connection::info(kernel_, fd); !info) return info.error();
  if (is_listening(kernel_, fd)) {
    return invalid(describe(fd) + " listens: add the connections that it accepts");
  }
  if (looker_.is_elsewhere(fd)) {
    return invalid(describe(fd) + " is of another network namespace than the event stream");
  }
  if (!notifications_ && sampling.interval.count() == 0) {
    return Error{why_not_->kind, why_not_->os_code,
                 "watching " + describe(fd) + " by notifications: " + why_not_->message +
                     "; with a sampling interval its events are found by looking"};
  }
  return {};
}

Result<void> Stream::remove(int fd) {
  if (auto mine = check_process(); !mine) return mine;
  const Watch* watch = book_.find(fd);
  if (!watch) return Error{ErrorKind::not_found, 0, describe(fd) + " was not added"};
  // A number that was closed is registered no more; one that was closed and used again neither.
  if (hooked_.erase(fd) > 0) kernel_.epoll_remove(epoll_.get(), fd);
  unschedule(fd);
  book_.remove(fd);
  arm();
  return {};
}

Result<std::vector<Event>> Stream::read(std::size_t at_most) {
  if (auto mine = check_process(); !mine) return mine.error();
  // Who takes a few at a time is served from what is there.
  if (book_.count_news() < at_most) {
    auto refreshed = refresh();
    if (!refreshed && book_.count_news() == 0) return refreshed.error();
  }
  auto news = book_.take_news(at_most);
  arm();
  return news;
}

Result<std::vector<Event>> Stream::wait(Deadline deadline, std::size_t at_most) {
  for (;;) {
    auto events = read(at_most);
    if (!events || !events->empty()) return events;
    const auto left = deadline.when() - kernel_.now();
    // Asked before the poll: other connections' notifications may keep the descriptor readable.
    if (left <= left.zero()) {
      return Error{ErrorKind::timed_out, ETIMEDOUT, "no event came in time"};
    }
    pollfd waiting{epoll_.get(), POLLIN, 0};
    const int ready = kernel_.poll(&waiting, 1, left);
    if (ready < 0 && ready != -EINTR) return kernel::system_error(-ready, "waiting for events");
  }
}

void Stream::arm() {
  const auto now = kernel_.now();
  const bool is_readable = armed_ != Time{} && armed_ <= now;
  const bool wants_now = book_.count_news() > 0 || more_;
  const Time when = wants_now ? now : due_.empty() ? Time{} : due_.begin()->first;
  if (wants_now ? is_readable : when == armed_ && !is_readable) return;
  kernel_.timer_set(timer_.get(), when);
  armed_ = when;
}

}  // namespace mptcp::events
