// SPDX-License-Identifier: MIT
//
// Reads an event stream until what a test waits for has come, and keeps all that came.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <mptcp/events.h>

namespace mptcp::test {

// Opens a stream, or fails the test.
std::unique_ptr<EventStream> open_stream(Scope scope);

class EventLog {
 public:
  using Matcher = std::function<bool(const Event&)>;

  explicit EventLog(EventStream& stream) : stream_(stream) {}

  // The first event of that kind after the last one that was awaited; five seconds at most.
  Event await(
      EventKind kind, const Matcher& matches = [](const Event&) { return true; });
  // Takes what is there now.
  void drain();

  const std::vector<Event>& all() const { return all_; }
  std::size_t count(
      EventKind kind, const Matcher& matches = [](const Event&) { return true; }) const;
  // "created established subflow_established", of one connection or of all.
  std::string story(Token token = {}) const;

 private:
  EventStream& stream_;
  std::vector<Event> all_;
  std::size_t awaited_ = 0;
};

}  // namespace mptcp::test
