// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "events/stream.h"

namespace mptcp::events {
namespace {

const Looker::Wanted nothing = [](const Pair&) { return false; };
const Looker::Wanted everything = [](const Pair&) { return true; };

}  // namespace

Result<void> Stream::refresh() {
  if (auto taken = take_notifications(); !taken) return taken;
  look_at_ended();
  sample();
  return {};
}

Result<void> Stream::take_notifications() {
  if (!notifications_) return {};
  auto batch = notifications_->take(kernel_.now());
  if (!batch) return batch.error();
  lost_ |= batch->lost;
  more_ = batch->more;
  bool has_recognised = false;
  for (const Event& event : batch->events) {
    if (event.kind == EventKind::closed && book_.is_watched(event.token)) has_recognised = false;
    if (event.kind == EventKind::created && !book_.knows(event.token) && !has_recognised) {
      recognise(batch->events);
      has_recognised = true;
    }
    book_.notice(event);
  }
  look_at_doubtful();
  if (!more_) {
    book_.settle();
    if (std::exchange(lost_, false) || book_.wants_survey()) compare_all();
  }
  name_subflows();
  return {};
}

// A connection was born: is it one of the sockets that wait for theirs?
void Stream::recognise(const std::vector<Event>& events) {
  const auto waiting = book_.waiting();
  for (int fd : waiting) {
    const Watch watch = *book_.find(fd);
    auto look = looker_.look(fd, watch.cookie, nothing);
    if (!look) continue;
    if (look->state == Look::State::gone) {
      see(fd, *look, compared(), usual_trust());
    } else if (look->state == Look::State::mptcp) {
      attach(fd, look->sight.token);
    } else if (look->state == Look::State::fell_back && look->sight.initial && !watch.fallen) {
      // It was MPTCP for a moment; only its ends still tell which.
      auto birth = std::find_if(events.begin(), events.end(), [&](const Event& event) {
        return event.kind == EventKind::created && event.local == look->sight.initial->local &&
               event.remote == look->sight.initial->remote;
      });
      if (birth == events.end()) continue;
      attach(fd, birth->token);
      book_.doubt(fd);
    }
  }
}

void Stream::attach(int fd, Token token) {
  book_.attach(fd, token);
  hook(fd);
}

// The kernel notifies of no reset; the socket itself hangs up.
void Stream::hook(int fd) {
  const Watch* watch = book_.find(fd);
  if (!watch || watch->token == Token{} || !hooked_.insert(fd).second) return;
  kernel_.epoll_add_end(epoll_.get(), fd);
}

std::optional<Look> Stream::look_at(int fd, const Stamp& stamp, Trust trust,
                                    const Looker::Wanted& wanted) {
  const Watch* watch = book_.find(fd);
  if (!watch) return std::nullopt;
  auto look = looker_.look(fd, watch->cookie, wanted);
  if (look) see(fd, *look, stamp, trust);
  return look;
}

void Stream::see(int fd, Look& look, const Stamp& stamp, Trust trust) {
  if (look.state == Look::State::gone) {
    // In the scope of the namespace a connection may go on in other hands; its end is notified.
    const Token token = book_.find(fd)->token;
    const bool goes_on =
        scope_ == Scope::namespace_ && (!book_.is_complete() || looker_.is_held(token));
    if (goes_on) look.sight.token = token;
    hooked_.erase(fd);
    unschedule(fd);
  }
  book_.saw(fd, look, stamp, trust);
  hook(fd);
}

Looker::Wanted Stream::unknown_to(int fd) const {
  return [this, fd](const Pair& pair) { return !book_.knows(fd, pair); };
}

// Is the connection's descriptor closed, or only disconnected?
void Stream::look_at_doubtful() {
  for (int fd : book_.take_doubtful()) look_at(fd, compared(), usual_trust(), nothing);
}

void Stream::look_at_ended() {
  std::array<int, 64> ready;
  const int count = kernel_.epoll_ready(epoll_.get(), ready);
  for (int i = 0; i < count; ++i) {
    const int fd = ready[static_cast<std::size_t>(i)];
    look_at(fd, compared(), usual_trust(), unknown_to(fd));
  }
}

void Stream::name_subflows() {
  const auto unnamed = book_.take_unnamed();
  for (int fd : unnamed) {
    const Watch* watch = book_.find(fd);
    if (!watch) continue;
    auto look = looker_.look(fd, watch->cookie, nothing);
    if (look && look->state == Look::State::mptcp) book_.learn(fd, look->sight);
  }
  if (!unnamed.empty()) book_.name_news();
}

void Stream::compare_all() {
  std::vector<int> fds;
  for (const auto& entry : book_.watches()) fds.push_back(entry.first);
  std::sort(fds.begin(), fds.end());
  for (int fd : fds) look_at(fd, compared(), Trust::at_once, everything);
  if (scope_ != Scope::namespace_) return;

  auto survey = looker_.survey();
  if (!survey) return;  // the machine cannot list: what was missed stays unknown
  // A list that is read in parts may skip what stands beside something that goes: look twice before
  // calling anything dead.
  if (book_.has_more_than(*survey)) {
    if (auto again = looker_.survey()) survey->merge(std::move(*again));
  }
  book_.surveyed(*survey, compared());
  look_at_doubtful();
}

// Samples stand at multiples of their interval, so that those of all connections coincide.
void Stream::schedule(int fd, Time now) {
  Watch& watch = *book_.find(fd);
  const auto interval = std::chrono::nanoseconds(watch.sampling.interval);
  if (interval.count() == 0) return;
  watch.due = Time(interval * (now.time_since_epoch() / interval + 1));
  due_.emplace(watch.due, fd);
}

void Stream::unschedule(int fd) { due_.erase({book_.find(fd)->due, fd}); }

void Stream::sample() {
  const auto now = kernel_.now();
  while (!due_.empty() && due_.begin()->first <= now) {
    const int fd = due_.begin()->second;
    due_.erase(due_.begin());
    const Stamp stamp{EventOrigin::sampling, now};
    schedule(fd, now);
    auto look = look_at(fd, stamp, usual_trust(), notifications_ ? nothing : everything);
    if (look && look->state == Look::State::mptcp) book_.judge(fd, look->sight, stamp);
  }
}

}  // namespace mptcp::events
