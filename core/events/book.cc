// SPDX-License-Identifier: MIT
#include "events/book.h"

#include <algorithm>

namespace mptcp::events {
namespace {

// Fewer connections than this are not worth a survey.
constexpr std::size_t survey_slack = 1024;

bool is_of_listener(EventKind kind) {
  return kind == EventKind::listener_created || kind == EventKind::listener_closed;
}

bool is_of_subflow(EventKind kind) {
  return kind == EventKind::subflow_established || kind == EventKind::subflow_closed ||
         kind == EventKind::subflow_priority;
}

}  // namespace

void Book::add(const Watch& watch) {
  watches_.insert_or_assign(watch.fd, watch);
  by_cookie_[watch.cookie] = watch.fd;
  waiting_.insert(watch.fd);
}

void Book::remove(int fd) {
  if (scope_ == Scope::added) {
    std::erase_if(news_, [&](const Event& event) { return event.fd == fd; });
  }
  drop(fd);
}

void Book::drop(int fd) {
  auto watch = watches_.find(fd);
  auto followed = connections_.find(watch->second.token);
  if (followed != connections_.end()) {
    followed->second.fd.reset();
    if (scope_ == Scope::added) connections_.erase(followed);
  }
  by_cookie_.erase(watch->second.cookie);
  waiting_.erase(fd);
  unnamed_.erase(fd);
  watches_.erase(watch);
}

Watch* Book::find(int fd) {
  auto watch = watches_.find(fd);
  return watch != watches_.end() ? &watch->second : nullptr;
}

std::optional<int> Book::find_cookie(std::uint64_t cookie) const {
  auto entry = by_cookie_.find(cookie);
  if (entry == by_cookie_.end()) return std::nullopt;
  return entry->second;
}

void Book::attach(int fd, Token token) {
  watches_.at(fd).token = token;
  waiting_.erase(fd);
  connection(token).fd = fd;
}

Book::Connection& Book::connection(Token token) {
  return connections_.try_emplace(token, token).first->second;
}

void Book::notice(Event event) {
  if (is_of_listener(event.kind)) {
    if (scope_ == Scope::namespace_ && listeners_.admit(event)) tell(event);
    return;
  }
  auto found = connections_.find(event.token);
  if (found == connections_.end()) {
    if (scope_ == Scope::added) return;
    // The rest of a connection that has ended, or one that never was MPTCP.
    if (is_complete_ && event.kind != EventKind::created) return;
    found = connections_.try_emplace(event.token, event.token).first;
  }
  event.fd = found->second.fd;
  if (event.kind == EventKind::closed) {
    if (event.fd) doubtful_.push_back(*event.fd);
    tell(event);
    forget(found);
  } else if (found->second.ledger.admit(event)) {
    tell(event);
  }
}

void Book::forget(Connections::iterator found) {
  if (found->second.fd) {
    Watch& watch = watches_.at(*found->second.fd);
    watch.token = Token{};
    watch.fallen = false;
    waiting_.insert(watch.fd);
  }
  connections_.erase(found);
}

void Book::saw(int fd, const Look& look, const Stamp& stamp, Trust trust) {
  Watch& watch = watches_.at(fd);
  switch (look.state) {
    case Look::State::gone:
      if (watch.fallen || watch.token != look.sight.token) end(watch, stamp);
      return drop(fd);
    case Look::State::fell_back:
      if (!std::exchange(watch.fallen, true)) {
        Event event{.kind = EventKind::fell_back, .origin = stamp.origin, .time = stamp.time};
        event.token = watch.token;
        event.fd = fd;
        if (look.sight.initial) {
          event.local = look.sight.initial->local;
          event.remote = look.sight.initial->remote;
        }
        tell(event);
      }
      return;
    case Look::State::unconnected:
    case Look::State::mptcp:
      if (watch.fallen || (watch.token != Token{} && watch.token != look.sight.token)) {
        end(watch, stamp);
      }
      if (look.sight.token != Token{}) see_connection(watch, look.sight, stamp, trust);
  }
}

void Book::end(Watch& watch, const Stamp& stamp) {
  auto found = connections_.find(watch.token);
  const bool has_begun =
      watch.fallen || (found != connections_.end() && found->second.ledger.is_created());
  if (has_begun) {
    Event event{.kind = EventKind::closed, .origin = stamp.origin, .time = stamp.time};
    event.token = watch.token;
    event.fd = watch.fd;
    tell(event);
  }
  if (found != connections_.end()) forget(found);
  watch.fallen = false;
}

void Book::see_connection(Watch& watch, const Sight& sight, const Stamp& stamp, Trust trust) {
  if (watch.token == Token{}) attach(watch.fd, sight.token);
  std::vector<Event> news;
  Ledger& ledger = connection(sight.token).ledger;
  if (sight.created) {
    ledger.compare(sight, stamp, trust, news);
  } else {
    ledger.learn(sight);
  }
  tell_all(news, watch.fd);
}

void Book::judge(int fd, const Sight& sight, const Stamp& stamp) {
  const Watch& watch = watches_.at(fd);
  auto found = connections_.find(watch.token);
  if (found == connections_.end()) return;
  std::vector<Event> news;
  found->second.ledger.judge(sight, stamp, watch.sampling.silence, news);
  tell_all(news, fd);
}

void Book::surveyed(const Survey& survey, const Stamp& stamp) {
  std::unordered_set<Token> alive;
  for (const Sight& sight : survey.sights) {
    alive.insert(sight.token);
    if (!sight.created) continue;
    Connection& known = connection(sight.token);
    std::vector<Event> news;
    known.ledger.compare(sight, stamp, Trust::at_once, news);
    tell_all(news, known.fd);
  }
  for (auto entry = connections_.begin(); entry != connections_.end();) {
    auto found = entry++;
    if (alive.contains(found->first) || !found->second.ledger.is_created()) continue;
    Event event{.kind = EventKind::closed, .origin = stamp.origin, .time = stamp.time};
    event.token = found->first;
    event.fd = found->second.fd;
    if (event.fd) doubtful_.push_back(*event.fd);
    tell(event);
    forget(found);
  }
  std::vector<Event> news;
  listeners_.compare(survey.listeners, stamp, news);
  tell_all(news, std::nullopt);
  is_complete_ = true;
  surveyed_size_ = connections_.size();
}

bool Book::has_more_than(const Survey& survey) const {
  std::unordered_map<Token, const Sight*> shown;
  for (const Sight& sight : survey.sights) shown.emplace(sight.token, &sight);
  return std::any_of(connections_.begin(), connections_.end(), [&](const auto& entry) {
    if (!entry.second.ledger.is_created()) return false;
    auto found = shown.find(entry.first);
    return found == shown.end() || entry.second.ledger.has_more_than(*found->second);
  });
}

bool Book::wants_survey() const {
  return is_complete_ && connections_.size() > 2 * surveyed_size_ + survey_slack;
}

bool Book::knows(int fd, const Pair& pair) const {
  auto watch = watches_.find(fd);
  if (watch == watches_.end()) return false;
  auto found = connections_.find(watch->second.token);
  return found != connections_.end() && found->second.ledger.has_up(pair);
}

bool Book::is_watched(Token token) const {
  auto found = connections_.find(token);
  return found != connections_.end() && found->second.fd;
}

void Book::tell(const Event& event) {
  const bool is_live = is_of_subflow(event.kind) && event.kind != EventKind::subflow_closed;
  if (is_live && event.fd && event.subflow == SubflowId{}) unnamed_.insert(*event.fd);
  news_.push_back(event);
}

void Book::tell_all(const std::vector<Event>& events, std::optional<int> fd) {
  for (Event event : events) {
    event.fd = fd;
    tell(event);
  }
}

std::vector<int> Book::take_unnamed() {
  std::vector<int> fds(unnamed_.begin(), unnamed_.end());
  unnamed_.clear();
  return fds;
}

void Book::learn(int fd, const Sight& sight) {
  auto found = connections_.find(sight.token);
  if (found != connections_.end() && found->second.fd == fd) found->second.ledger.learn(sight);
}

// The ledger knows the ids of subflows that live now.  Going back in time, what the news tells of
// the same ends is of the same subflow until its beginning, or the end of one before.
void Book::name_news() {
  std::set<std::pair<Token, SubflowId>> begun;
  for (auto event = news_.rbegin(); event != news_.rend(); ++event) {
    if (!event->fd || event->subflow != SubflowId{} || !is_of_subflow(event->kind)) continue;
    auto found = connections_.find(event->token);
    if (found == connections_.end()) continue;
    const auto id = found->second.ledger.id_of({*event->local, *event->remote});
    if (id == SubflowId{} || begun.contains({event->token, id})) continue;
    if (event->kind != EventKind::subflow_closed) event->subflow = id;
    if (event->kind != EventKind::subflow_priority) begun.insert({event->token, id});
  }
}

std::vector<Event> Book::take_news(std::size_t at_most) {
  const auto cut = news_.begin() + static_cast<std::ptrdiff_t>(std::min(at_most, news_.size()));
  std::vector<Event> first(std::make_move_iterator(news_.begin()), std::make_move_iterator(cut));
  news_.erase(news_.begin(), cut);
  return first;
}

}  // namespace mptcp::events
