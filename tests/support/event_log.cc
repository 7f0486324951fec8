// SPDX-License-Identifier: MIT
#include "support/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/pair.h"

namespace mptcp::test {

std::unique_ptr<EventStream> open_stream(Scope scope) {
  auto stream = EventStream::open(scope);
  if (stream) return std::move(*stream);
  ADD_FAILURE() << stream.error().message;
  std::abort();
}

Event EventLog::await(EventKind kind, const Matcher& matches) {
  const auto deadline = soon();
  for (;;) {
    while (awaited_ < all_.size()) {
      const Event& event = all_[awaited_++];
      if (event.kind == kind && matches(event)) return event;
    }
    auto events = stream_.wait(deadline);
    if (!events) {
      ADD_FAILURE() << "awaiting " << name(kind) << " after \"" << story()
                    << "\": " << events.error().message;
      return {};
    }
    all_.insert(all_.end(), events->begin(), events->end());
  }
}

void EventLog::drain() {
  for (;;) {
    auto events = stream_.read();
    ASSERT_TRUE(events) << events.error().message;
    if (events->empty()) return;
    all_.insert(all_.end(), events->begin(), events->end());
  }
}

std::size_t EventLog::count(EventKind kind, const Matcher& matches) const {
  return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const Event& event) {
    return event.kind == kind && matches(event);
  }));
}

std::string EventLog::story(Token token) const {
  std::string story;
  for (const Event& event : all_) {
    if (token != Token{} && event.token != token) continue;
    if (!story.empty()) story += ' ';
    story += name(event.kind);
  }
  return story;
}

}  // namespace mptcp::test
