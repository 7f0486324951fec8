// SPDX-License-Identifier: MIT
#include "events/ledger.h"

#include "facts.h"

namespace mptcp::events {
namespace {

class ConnectionLedger : public testing::Test {
 protected:
  bool admit(EventKind kind, const Pair& pair) {
    last_ = notice(kind, pair);
    return ledger_.admit(last_);
  }
  std::string compare(const Sight& sight, Trust trust = Trust::at_once, Time time = start) {
    news_.clear();
    const auto origin = trust == Trust::at_once ? EventOrigin::comparison : EventOrigin::sampling;
    ledger_.compare(sight, {origin, time}, trust, news_);
    return story(news_);
  }
  void be_born() {
    admit(EventKind::created, first);
    admit(EventKind::established, first);
  }

  Ledger ledger_{token};
  Event last_;
  std::vector<Event> news_;
};

TEST_F(ConnectionLedger, lets_each_notification_through_once) {
  EXPECT_TRUE(admit(EventKind::created, first));
  EXPECT_FALSE(admit(EventKind::created, first));
  EXPECT_TRUE(admit(EventKind::established, first));
  EXPECT_FALSE(admit(EventKind::established, first));
  EXPECT_TRUE(admit(EventKind::subflow_established, second));
  EXPECT_FALSE(admit(EventKind::subflow_established, second));
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
}

TEST_F(ConnectionLedger, passes_on_a_join_that_failed_and_one_that_was_taken_back) {
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
  EXPECT_TRUE(admit(EventKind::subflow_established, third));
  EXPECT_TRUE(admit(EventKind::subflow_closed, third));
}

TEST_F(ConnectionLedger, tells_what_exists_when_it_is_opened_late) {
  Sight sight = sight_of({shown(1, first), shown(2, second), shown(4, third)});
  sight.server_side = true;
  EXPECT_EQ(compare(sight), "created established subflow_established/2 subflow_established/4");
  EXPECT_EQ(news_[0].local, first.local);
  EXPECT_EQ(news_[0].remote, first.remote);
  EXPECT_EQ(news_[0].server_side, true);
  EXPECT_EQ(news_[0].origin, EventOrigin::comparison);
  EXPECT_EQ(news_[2].local, second.local);
  EXPECT_EQ(news_[2].remote, second.remote);
  EXPECT_EQ(news_[2].token, token);
  EXPECT_EQ(compare(sight), "");
}

TEST_F(ConnectionLedger, says_established_only_when_somebody_says_so) {
  Sight sight = sight_of({shown(1, first)});
  sight.established.reset();
  EXPECT_EQ(compare(sight), "created");
  sight.established = false;
  EXPECT_EQ(compare(sight), "");
  sight.established = true;
  EXPECT_EQ(compare(sight), "established");
}

TEST_F(ConnectionLedger, drops_notifications_that_a_look_was_ahead_of) {
  compare(sight_of({shown(1, first), shown(2, second)}));
  EXPECT_FALSE(admit(EventKind::created, first));
  EXPECT_FALSE(admit(EventKind::established, first));
  EXPECT_FALSE(admit(EventKind::subflow_established, second));
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
  EXPECT_EQ(last_.subflow, SubflowId{2});
}

TEST_F(ConnectionLedger, drops_the_notification_of_an_end_that_a_look_was_ahead_of) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_EQ(compare(sight_of({shown(1, first)})), "subflow_closed");
  EXPECT_FALSE(admit(EventKind::subflow_closed, second));
  EXPECT_TRUE(admit(EventKind::subflow_established, second));
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
}

TEST_F(ConnectionLedger, does_not_wait_for_such_a_notification_for_ever) {
  be_born();
  admit(EventKind::subflow_established, second);
  compare(sight_of({shown(1, first)}));
  compare(sight_of({shown(1, first)}), Trust::at_once, start + 2s);
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
}

TEST_F(ConnectionLedger, finds_what_an_overflow_lost) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(3, third)})),
            "subflow_closed subflow_established/3");
  EXPECT_EQ(news_[0].local, second.local);
}

TEST_F(ConnectionLedger, finds_the_end_of_the_initial_subflow_too) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_EQ(compare(sight_of({shown(2, second)})), "subflow_closed/1");
}

TEST_F(ConnectionLedger, never_tells_the_initial_subflow_as_a_join) {
  EXPECT_EQ(compare(sight_of({shown(1, first)})), "created established");
  // A kernel without ids: known by its ends.
  Ledger older(token);
  std::vector<Event> news;
  older.compare(sight_of({shown(0, first), shown(0, second)}), compared(), Trust::at_once, news);
  EXPECT_EQ(story(news), "created established subflow_established");
  EXPECT_EQ(news[2].local, second.local);
}

TEST_F(ConnectionLedger, tells_another_subflow_between_the_same_ends_as_another) {
  compare(sight_of({shown(1, first), shown(2, second)}));
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(3, second)})),
            "subflow_closed/2 subflow_established/3");
}

TEST_F(ConnectionLedger, tells_of_a_join_under_way_only_when_it_came_up) {
  be_born();
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(2, second, TcpState::syn_sent)})), "");
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(2, second)})), "subflow_established/2");
}

TEST_F(ConnectionLedger, gives_notifications_the_ids_that_looks_have_shown) {
  be_born();
  ledger_.learn(sight_of({shown(1, first), shown(2, second)}));
  EXPECT_TRUE(admit(EventKind::subflow_established, second));
  EXPECT_EQ(last_.subflow, SubflowId{2});
  EXPECT_TRUE(admit(EventKind::subflow_priority, second));
  EXPECT_EQ(last_.subflow, SubflowId{2});
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
  EXPECT_EQ(last_.subflow, SubflowId{2});
  EXPECT_TRUE(admit(EventKind::subflow_closed, first));
  EXPECT_EQ(last_.subflow, SubflowId{1});
}

TEST_F(ConnectionLedger, learns_ids_after_the_fact) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_EQ(ledger_.id_of(second), SubflowId{});
  ledger_.learn(sight_of({shown(1, first), shown(2, second)}));
  EXPECT_EQ(ledger_.id_of(second), SubflowId{2});
}

TEST_F(ConnectionLedger, completes_the_end_of_a_join_whose_remote_port_the_kernel_forgot) {
  be_born();
  ledger_.learn(sight_of({shown(1, first), shown(5, second, TcpState::syn_sent)}));
  const Pair forgotten{second.local, second.remote.with_port(Port{0})};
  EXPECT_TRUE(admit(EventKind::subflow_closed, forgotten));
  EXPECT_EQ(last_.remote, second.remote);
  EXPECT_EQ(last_.subflow, SubflowId{5});
  // Never seen: it stays as the kernel says.
  EXPECT_TRUE(admit(EventKind::subflow_closed, forgotten));
  EXPECT_EQ(last_.remote->port, Port{0});
}

TEST_F(ConnectionLedger, does_not_mix_up_two_joins_that_differ_in_one_end) {
  be_born();
  const Pair same_local = ends("10.0.0.2:2000", "10.0.0.8:80");
  EXPECT_TRUE(admit(EventKind::subflow_established, second));
  EXPECT_TRUE(admit(EventKind::subflow_established, same_local));
  EXPECT_TRUE(admit(EventKind::subflow_closed, second));
  EXPECT_TRUE(ledger_.has_up(same_local));
}

TEST_F(ConnectionLedger, takes_an_address_for_the_same_with_or_without_scope_and_mapped_or_not) {
  be_born();
  const Pair scoped = ends("[fe80::1%3]:5", "[fe80::2%3]:80");
  admit(EventKind::subflow_established, scoped);
  EXPECT_FALSE(admit(EventKind::subflow_established, ends("[fe80::1]:5", "[fe80::2]:80")));
  admit(EventKind::subflow_established, second);
  EXPECT_FALSE(admit(EventKind::subflow_established,
                     ends("[::ffff:10.0.0.2]:2000", "[::ffff:10.0.0.9]:80")));
}

TEST_F(ConnectionLedger, an_announcement_repeated_is_no_news) {
  auto announce = [&](std::uint8_t id, const std::string& address) {
    Event event = notice(EventKind::announced);
    event.remote_id = AddressId{id};
    event.remote = at(address);
    return ledger_.admit(event);
  };
  EXPECT_TRUE(announce(3, "10.0.0.7:80"));
  EXPECT_FALSE(announce(3, "10.0.0.7:80"));
  EXPECT_TRUE(announce(4, "10.0.0.7:81"));
  EXPECT_TRUE(announce(3, "10.0.0.8:80"));

  Event removed = notice(EventKind::removed);
  removed.remote_id = AddressId{3};
  EXPECT_TRUE(ledger_.admit(removed));
  EXPECT_EQ(removed.remote, at("10.0.0.8:80"));
  EXPECT_TRUE(announce(3, "10.0.0.8:80"));
}

TEST_F(ConnectionLedger, priority_is_news_when_it_changes) {
  auto prefer = [&](bool backup) {
    Event event = notice(EventKind::subflow_priority, second);
    event.backup = backup;
    return ledger_.admit(event);
  };
  be_born();
  Event join = notice(EventKind::subflow_established, second);
  join.backup = false;
  ledger_.admit(join);
  EXPECT_FALSE(prefer(false));
  EXPECT_TRUE(prefer(true));
  EXPECT_FALSE(prefer(true));
  EXPECT_TRUE(prefer(false));
}

Subflow with_backup(Subflow subflow, bool backup) {
  subflow.detail.emplace();
  subflow.detail->backup_by_peer = backup;
  return subflow;
}

TEST_F(ConnectionLedger, finds_a_priority_that_changed_unnoticed) {
  compare(sight_of({with_backup(shown(1, first), false), with_backup(shown(2, second), true)}));
  EXPECT_EQ(news_[2].backup, true);  // told with the join
  EXPECT_EQ(
      compare(sight_of({with_backup(shown(1, first), true), with_backup(shown(2, second), true)})),
      "subflow_priority/1");
  EXPECT_EQ(news_[0].backup, true);
  EXPECT_EQ(
      compare(sight_of({with_backup(shown(1, first), true), with_backup(shown(2, second), false)})),
      "subflow_priority/2");
  // Not asked about: nothing is concluded.
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(2, second)})), "");
}

TEST_F(ConnectionLedger, tells_the_backup_bit_of_the_initial_subflow_when_it_is_opened_late) {
  EXPECT_EQ(compare(sight_of({with_backup(shown(1, first), true)})),
            "created established subflow_priority/1");
}

TEST_F(ConnectionLedger, describes_a_join_with_what_sock_diag_knows) {
  Subflow subflow = shown(2, ends("[fe80::1]:5", "[fe80::2]:80"));
  subflow.detail.emplace();
  subflow.detail->local_id = AddressId{7};
  subflow.detail->remote_id = AddressId{8};
  subflow.detail->interface = InterfaceIndex{4};
  compare(sight_of({shown(1, first), subflow}));
  ASSERT_EQ(story(news_), "created established subflow_established/2");
  EXPECT_EQ(news_[2].local_id, AddressId{7});
  EXPECT_EQ(news_[2].remote_id, AddressId{8});
  EXPECT_EQ(news_[2].interface, InterfaceIndex{4});
  EXPECT_EQ(news_[2].local->scope, 4u);
}

TEST_F(ConnectionLedger, leaves_beginnings_to_notifications_while_there_are_some) {
  EXPECT_EQ(compare(sight_of({shown(1, first), shown(2, second)}), Trust::second_look), "");
  EXPECT_TRUE(admit(EventKind::created, first));
  EXPECT_TRUE(admit(EventKind::subflow_established, second));
  EXPECT_EQ(last_.subflow, SubflowId{2});
}

TEST_F(ConnectionLedger, believes_an_end_that_was_not_notified_at_the_second_look) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_EQ(compare(sight_of({shown(1, first)}), Trust::second_look), "");
  EXPECT_EQ(compare(sight_of({shown(1, first)}), Trust::second_look), "subflow_closed");
  EXPECT_EQ(news_[0].origin, EventOrigin::sampling);
  EXPECT_EQ(compare(sight_of({shown(1, first)}), Trust::second_look), "");
}

TEST_F(ConnectionLedger, forgets_that_it_missed_a_subflow_that_is_back) {
  be_born();
  admit(EventKind::subflow_established, second);
  compare(sight_of({shown(1, first)}), Trust::second_look);
  compare(sight_of({shown(1, first), shown(2, second)}), Trust::second_look);
  EXPECT_EQ(compare(sight_of({shown(1, first)}), Trust::second_look), "");
}

TEST_F(ConnectionLedger, judges_the_silence_of_subflows_that_were_told) {
  Subflow waiting = shown(2, second);
  waiting.tcp.unacked = 1;
  Subflow joining = shown(3, third, TcpState::syn_sent);
  joining.tcp.unacked = 1;
  const Sight sight = sight_of({shown(1, first), waiting, joining});
  compare(sight);
  std::vector<Event> news;
  ledger_.judge(sight, sampled(start), 100ms, news);
  ledger_.judge(sight, sampled(start + 100ms), 100ms, news);
  ledger_.judge(sight, sampled(start + 200ms), 100ms, news);
  ledger_.judge(sight_of({shown(1, first), shown(2, second)}), sampled(start + 300ms), 100ms, news);
  EXPECT_EQ(story(news), "subflow_silent/2 subflow_resumed/2");
  EXPECT_EQ(news[0].time, start + 100ms);
  EXPECT_EQ(news[0].origin, EventOrigin::sampling);
  EXPECT_EQ(news[0].local, second.local);
}

TEST_F(ConnectionLedger, knows_whether_a_look_lacks_something) {
  be_born();
  admit(EventKind::subflow_established, second);
  EXPECT_FALSE(ledger_.has_more_than(sight_of({shown(1, first), shown(2, second)})));
  EXPECT_TRUE(ledger_.has_more_than(sight_of({shown(1, first), shown(3, third)})));
}

TEST_F(ConnectionLedger, keeps_nothing_of_what_has_ended) {
  be_born();
  for (int i = 0; i < 1000; ++i) {
    const Pair pair = ends("10.0.0.2:" + std::to_string(2000 + i));
    ledger_.learn(sight_of({shown(1, first), shown(2 + i, pair, TcpState::syn_sent)}));
    admit(EventKind::subflow_established, pair);
    admit(EventKind::subflow_closed, pair);
  }
  EXPECT_EQ(ledger_.size(), 1u);
}

}  // namespace
}  // namespace mptcp::events
