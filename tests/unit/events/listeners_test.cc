// SPDX-License-Identifier: MIT
#include "events/listeners.h"

#include "facts.h"

namespace mptcp::events {
namespace {

class ListenersOfANamespace : public testing::Test {
 protected:
  bool admit(EventKind kind, const std::string& address) {
    Event event = notice(kind, Token{});
    event.local = at(address);
    return listeners_.admit(event);
  }
  bool opens(const std::string& address = "0.0.0.0:80") {
    return admit(EventKind::listener_created, address);
  }
  bool closes(const std::string& address = "0.0.0.0:80") {
    return admit(EventKind::listener_closed, address);
  }
  std::string compare(const std::vector<std::string>& addresses) {
    std::vector<Address> listed;
    for (const auto& address : addresses) listed.push_back(at(address));
    news_.clear();
    listeners_.compare(listed, compared(), news_);
    return story(news_);
  }
  Listeners listeners_;
  std::vector<Event> news_;
};

TEST_F(ListenersOfANamespace, come_and_go_as_notified) {
  EXPECT_TRUE(opens());
  EXPECT_TRUE(opens("[::]:80"));
  EXPECT_TRUE(closes());
  EXPECT_TRUE(opens());
}

TEST_F(ListenersOfANamespace, may_share_an_address) {
  EXPECT_TRUE(opens());
  EXPECT_TRUE(opens());
  EXPECT_TRUE(closes());
  EXPECT_TRUE(closes());
}

TEST_F(ListenersOfANamespace, that_exist_at_the_start_are_told_once) {
  EXPECT_EQ(compare({"0.0.0.0:80", "[::]:443"}), "listener_created listener_created");
  EXPECT_EQ(news_[0].local, at("0.0.0.0:80"));
  EXPECT_EQ(news_[0].origin, EventOrigin::comparison);
  EXPECT_EQ(compare({"0.0.0.0:80", "[::]:443"}), "");
}

TEST_F(ListenersOfANamespace, whose_notification_was_under_way_are_not_told_again) {
  compare({"0.0.0.0:80"});
  EXPECT_FALSE(opens());
  EXPECT_TRUE(opens());
}

TEST_F(ListenersOfANamespace, that_come_after_the_comparison_are_told) {
  compare({"0.0.0.0:80"});
  listeners_.settle();
  EXPECT_TRUE(opens());
}

TEST_F(ListenersOfANamespace, whose_end_an_overflow_lost_are_told_once) {
  opens();
  opens();
  EXPECT_EQ(compare({"0.0.0.0:80"}), "listener_closed");
  EXPECT_FALSE(closes());
  listeners_.settle();
  EXPECT_TRUE(closes());
  EXPECT_EQ(compare({}), "");
}

}  // namespace
}  // namespace mptcp::events
