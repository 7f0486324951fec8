// SPDX-License-Identifier: MIT
#include "facts.h"

namespace mptcp::events {
namespace {

TEST(Survey, takes_from_another_what_it_lacks_and_keeps_what_it_has) {
  constexpr Token other{0x9999};
  Survey survey;
  survey.sights = {sight_of({shown(0, first), shown(0, second)})};
  Survey again;
  again.sights = {sight_of({shown(0, third), shown(0, first)}), sight_of({shown(0, first)}, other)};
  survey.merge(std::move(again));
  ASSERT_EQ(survey.sights.size(), 2u);
  EXPECT_EQ(survey.sights[1].token, other);
  const auto& subflows = survey.sights[0].subflows;
  ASSERT_EQ(subflows.size(), 3u);
  EXPECT_EQ(subflows[1].local, second.local);
  EXPECT_EQ(subflows[2].local, third.local);
}

}  // namespace
}  // namespace mptcp::events
