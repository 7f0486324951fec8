// SPDX-License-Identifier: MIT
//
// Which connections a stream follows, which descriptors were added to it, and what is to be told.
//
// Facts go in: notifications, looks at a descriptor, surveys of the namespace.  News comes out, in
// order.  No I/O: the stream fetches the facts.
#pragma once

#include <deque>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <mptcp/events.h>

#include "events/ledger.h"
#include "events/listeners.h"
#include "events/look.h"

namespace mptcp::events {

// A descriptor that was added.
struct Watch {
  int fd = -1;
  std::uint64_t cookie = 0;  // of the socket behind it
  Sampling sampling;
  std::chrono::steady_clock::time_point due;  // the next sample
  Token token{};        // 0: it has no connection, or is not known to have one
  bool fallen = false;  // and that was told
};

class Book {
 public:
  explicit Book(Scope scope) : scope_(scope) {}

  // Descriptors.
  void add(const Watch& watch);
  void remove(int fd);
  Watch* find(int fd);
  std::optional<int> find_cookie(std::uint64_t cookie) const;
  const std::unordered_map<int, Watch>& watches() const { return watches_; }
  // Those that have no connection yet.
  const std::set<int>& waiting() const { return waiting_; }
  // From now on the descriptor is that connection's.
  void attach(int fd, Token token);

  // Facts.
  void notice(Event event);
  void saw(int fd, const Look& look, const Stamp& stamp, Trust trust);
  void surveyed(const Survey& survey, const Stamp& stamp);
  void judge(int fd, const Sight& sight, const Stamp& stamp);
  // All notifications that were under way during the survey have been noticed.
  void settle() { listeners_.settle(); }

  // Whether the descriptor's connection is known, and the subflow among its live ones.
  bool knows(int fd, const Pair& pair) const;
  bool knows(Token token) const { return connections_.contains(token); }
  // Whether it has a descriptor.
  bool is_watched(Token token) const;
  // Whether a survey has told of all connections there are.
  bool is_complete() const { return is_complete_; }
  // Whether something known is missing in the survey.
  bool has_more_than(const Survey& survey) const;
  // So many connections came since the last survey that some must have ended unnoticed.
  bool wants_survey() const;

  // Descriptors to look at: their connection ended by a notification; are they closed?
  void doubt(int fd) { doubtful_.push_back(fd); }
  std::vector<int> take_doubtful() { return std::exchange(doubtful_, {}); }
  // Descriptors with news of subflows whose ids are not known, and the looks that tell them.
  std::vector<int> take_unnamed();
  void learn(int fd, const Sight& sight);
  void name_news();

  // News.
  std::size_t count_news() const { return news_.size(); }
  std::vector<Event> take_news(std::size_t at_most);

 private:
  struct Connection {
    explicit Connection(Token token) : ledger(token) {}
    Ledger ledger;
    std::optional<int> fd;
  };
  using Connections = std::unordered_map<Token, Connection>;

  Connection& connection(Token token);
  void tell(const Event& event);
  void tell_all(const std::vector<Event>& events, std::optional<int> fd);
  void end(Watch& watch, const Stamp& stamp);
  void drop(int fd);
  void forget(Connections::iterator connection);
  void see_connection(Watch& watch, const Sight& sight, const Stamp& stamp, Trust trust);

  Scope scope_;
  Connections connections_;
  std::unordered_map<int, Watch> watches_;
  std::unordered_map<std::uint64_t, int> by_cookie_;
  std::set<int> waiting_;
  std::set<int> unnamed_;
  std::vector<int> doubtful_;
  Listeners listeners_;
  bool is_complete_ = false;
  std::size_t surveyed_size_ = 0;
  std::deque<Event> news_;
};

}  // namespace mptcp::events
