// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>

#include <mptcp/events.h>

namespace mptcp {
namespace {

constexpr auto last_kind = EventKind::subflow_resumed;

TEST(EventNames, every_kind_has_a_word_of_its_own_that_reads_back) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(last_kind); ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_TRUE(words.insert(name(kind)).second) << name(kind);
    auto parsed = parse_event_kind(name(kind));
    ASSERT_TRUE(parsed) << name(kind);
    EXPECT_EQ(*parsed, kind);
  }
}

TEST(EventNames, words_are_the_enumerators) {
  EXPECT_EQ(name(EventKind::created), "created");
  EXPECT_EQ(name(EventKind::announced), "announced");
  EXPECT_EQ(name(EventKind::subflow_established), "subflow_established");
  EXPECT_EQ(name(EventKind::subflow_priority), "subflow_priority");
  EXPECT_EQ(name(EventKind::listener_closed), "listener_closed");
  EXPECT_EQ(name(EventKind::fell_back), "fell_back");
  EXPECT_EQ(name(EventOrigin::kernel), "kernel");
  EXPECT_EQ(name(EventOrigin::comparison), "comparison");
  EXPECT_EQ(name(EventOrigin::sampling), "sampling");
}

TEST(EventNames, another_word_is_refused_and_quoted) {
  for (const char* word : {"", "Created", "subflow", "closed "}) {
    auto parsed = parse_event_kind(word);
    ASSERT_FALSE(parsed) << word;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(parsed.error().message, "\"" + std::string(word) + "\" is not a kind of event");
  }
}

}  // namespace
}  // namespace mptcp
