// SPDX-License-Identifier: MIT
#include "events/book.h"

#include "facts.h"

namespace mptcp::events {
namespace {

constexpr int fd = 5;
constexpr Token other{0x9999};

class BookOf : public testing::Test {
 protected:
  explicit BookOf(Scope scope) : book_(scope) {}

  void add(int number = fd) {
    book_.add({.fd = number, .cookie = static_cast<std::uint64_t>(number) + 1000});
  }
  void live(Token of = token) {
    book_.notice(notice(EventKind::created, first, of));
    book_.notice(notice(EventKind::established, first, of));
  }
  void saw(const Look& look, Trust trust = Trust::second_look) {
    book_.saw(fd, look, sampled(), trust);
  }
  std::string news() {
    news_ = book_.take_news(SIZE_MAX);
    return story(news_);
  }

  Book book_;
  std::vector<Event> news_;
};

const Look gone{};
const Look unconnected{Look::State::unconnected, {}};
const Look fell_back{Look::State::fell_back, {}};

class BookOfAddedConnections : public BookOf {
 protected:
  BookOfAddedConnections() : BookOf(Scope::added) {}
};

class BookOfTheNamespace : public BookOf {
 protected:
  BookOfTheNamespace() : BookOf(Scope::namespace_) { book_.surveyed({}, compared()); }
};

TEST_F(BookOfAddedConnections, holds_nothing_of_connections_that_were_not_added) {
  live();
  book_.notice(notice(EventKind::subflow_established, second));
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "");
  EXPECT_FALSE(book_.knows(token));
}

TEST_F(BookOfAddedConnections, tells_no_listeners) {
  Event event = notice(EventKind::listener_created, Token{});
  event.local = at("0.0.0.0:80");
  book_.notice(event);
  EXPECT_EQ(news(), "");
}

TEST_F(BookOfAddedConnections, names_the_descriptor_in_every_event) {
  add();
  book_.attach(fd, token);
  live();
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "created established closed");
  for (const Event& event : news_) EXPECT_EQ(event.fd, fd);
}

TEST_F(BookOfAddedConnections, tells_what_a_first_look_shows) {
  add();
  saw(look_of(sight_of({shown(1, first), shown(2, second)})), Trust::at_once);
  EXPECT_EQ(news(), "created established subflow_established/2");
  EXPECT_EQ(news_[0].fd, fd);
  EXPECT_TRUE(book_.waiting().empty());
}

TEST_F(BookOfAddedConnections, tells_nothing_of_a_connection_under_way) {
  add();
  Sight connecting = sight_of({shown(1, first, TcpState::syn_sent)});
  connecting.created = false;
  connecting.established.reset();
  saw(look_of(connecting), Trust::at_once);
  EXPECT_EQ(news(), "");
  EXPECT_TRUE(book_.waiting().empty());
  live();
  EXPECT_EQ(news(), "created established");
}

TEST_F(BookOfAddedConnections, tells_nothing_of_a_connection_that_was_refused) {
  add();
  Sight connecting = sight_of({});
  connecting.created = false;
  saw(look_of(connecting), Trust::at_once);
  saw(unconnected);
  EXPECT_EQ(news(), "");
  EXPECT_TRUE(book_.waiting().contains(fd));
}

TEST_F(BookOfAddedConnections, tells_one_end_of_a_connection_that_was_reset) {
  add();
  saw(look_of(sight_of({shown(1, first)})), Trust::at_once);
  news();
  saw(unconnected);
  EXPECT_EQ(news(), "closed");
  EXPECT_EQ(news_[0].token, token);
  EXPECT_EQ(news_[0].fd, fd);
  saw(unconnected);
  saw(gone);
  EXPECT_EQ(news(), "");
  EXPECT_EQ(book_.find(fd), nullptr);
}

TEST_F(BookOfAddedConnections, tells_one_end_whoever_notices_it_first) {
  add();
  book_.attach(fd, token);
  live();
  saw(gone);
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "created established closed");
}

TEST_F(BookOfAddedConnections, drops_what_comes_after_the_end) {
  add();
  book_.attach(fd, token);
  live();
  book_.notice(notice(EventKind::closed));
  news();
  book_.notice(notice(EventKind::subflow_closed, first));
  EXPECT_EQ(news(), "");
}

TEST_F(BookOfAddedConnections, follows_a_socket_that_connects_again) {
  add();
  book_.attach(fd, token);
  live();
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(book_.take_doubtful(), std::vector<int>{fd});
  EXPECT_TRUE(book_.waiting().contains(fd));
  book_.attach(fd, other);
  live(other);
  EXPECT_EQ(news(), "created established closed created established");
  EXPECT_EQ(news_[3].token, other);
}

TEST_F(BookOfAddedConnections, notices_another_connection_in_the_same_socket) {
  add();
  saw(look_of(sight_of({shown(1, first)})), Trust::at_once);
  saw(look_of(sight_of({shown(1, second)}, other)), Trust::at_once);
  EXPECT_EQ(news(), "created established closed created established");
  EXPECT_EQ(news_[2].token, token);
  EXPECT_EQ(news_[3].token, other);
}

TEST_F(BookOfAddedConnections, tells_a_fallback_once_and_then_one_end) {
  add();
  saw(look_of(sight_of({shown(1, first)})), Trust::at_once);
  news();
  saw(fell_back);
  saw(fell_back);
  EXPECT_EQ(news(), "fell_back");
  EXPECT_EQ(news_[0].token, token);
  book_.notice(notice(EventKind::closed));
  saw(gone);
  EXPECT_EQ(news(), "closed");
}

TEST_F(BookOfAddedConnections, tells_the_end_of_a_fallback_without_a_token) {
  add();
  saw(fell_back);
  EXPECT_EQ(news(), "fell_back");
  EXPECT_EQ(news_[0].token, Token{});
  EXPECT_EQ(news_[0].fd, fd);
  saw(gone);
  EXPECT_EQ(news(), "closed");
}

TEST_F(BookOfAddedConnections, tells_nothing_of_one_that_was_removed) {
  add();
  book_.attach(fd, token);
  live();
  book_.remove(fd);
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "");
  EXPECT_FALSE(book_.knows(token));
}

TEST_F(BookOfAddedConnections, asks_for_the_ids_of_new_subflows_and_names_them_in_the_news) {
  add();
  book_.attach(fd, token);
  live();
  book_.notice(notice(EventKind::subflow_established, second));
  EXPECT_EQ(book_.take_unnamed(), std::vector<int>{fd});
  book_.learn(fd, sight_of({shown(1, first), shown(2, second)}));
  book_.name_news();
  EXPECT_EQ(news(), "created established subflow_established/2");
  EXPECT_TRUE(book_.take_unnamed().empty());
}

TEST_F(BookOfAddedConnections, gives_no_subflow_the_id_of_a_successor_between_the_same_ends) {
  add();
  book_.attach(fd, token);
  live();
  news();
  book_.notice(notice(EventKind::subflow_established, second));
  book_.notice(notice(EventKind::subflow_closed, second));
  book_.notice(notice(EventKind::subflow_established, second));
  Event priority = notice(EventKind::subflow_priority, second);
  priority.backup = true;
  book_.notice(priority);
  book_.learn(fd, sight_of({shown(1, first), shown(3, second)}));
  book_.name_news();
  EXPECT_EQ(news(), "subflow_established subflow_closed subflow_established/3 subflow_priority/3");
}

TEST_F(BookOfAddedConnections, hands_out_a_few_at_a_time_in_order) {
  add();
  book_.attach(fd, token);
  live();
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(story(book_.take_news(2)), "created established");
  EXPECT_EQ(book_.count_news(), 1u);
  EXPECT_EQ(story(book_.take_news(2)), "closed");
  EXPECT_EQ(story(book_.take_news(0)), "");
}

TEST_F(BookOfAddedConnections, knows_a_socket_by_its_cookie_whatever_its_number) {
  add(7);
  EXPECT_EQ(book_.find_cookie(1007), 7);
  book_.remove(7);
  EXPECT_EQ(book_.find_cookie(1007), std::nullopt);
}

TEST_F(BookOfTheNamespace, tells_of_all_and_gives_no_descriptor) {
  live();
  live(other);
  book_.notice(notice(EventKind::closed, other));
  EXPECT_EQ(news(), "created established created established closed");
  for (const Event& event : news_) EXPECT_EQ(event.fd, std::nullopt);
  EXPECT_TRUE(book_.take_unnamed().empty());
}

TEST_F(BookOfTheNamespace, drops_what_comes_after_an_end_or_without_a_beginning) {
  live();
  book_.notice(notice(EventKind::closed));
  news();
  Event late = notice(EventKind::announced);
  late.remote_id = AddressId{3};
  book_.notice(late);
  book_.notice(notice(EventKind::closed, other));  // a fallback: it was never created
  EXPECT_EQ(news(), "");
}

TEST_F(BookOfTheNamespace, tells_what_exists_at_the_start) {
  Book late(Scope::namespace_);
  Survey survey;
  survey.sights = {sight_of({shown(0, first), shown(0, second)}),
                   sight_of({shown(0, first)}, other)};
  survey.listeners = {at("0.0.0.0:80")};
  late.surveyed(survey, compared());
  const auto told = late.take_news(SIZE_MAX);
  EXPECT_EQ(story(told),
            "created established subflow_established created established listener_created");
  live();
  EXPECT_EQ(late.count_news(), 0u);
}

TEST_F(BookOfTheNamespace, believes_all_notifications_where_nothing_can_be_listed) {
  Book blind(Scope::namespace_);
  blind.notice(notice(EventKind::subflow_established, second));
  blind.notice(notice(EventKind::closed));
  EXPECT_EQ(story(blind.take_news(SIZE_MAX)), "subflow_established closed");
  EXPECT_FALSE(blind.knows(token));
}

TEST_F(BookOfTheNamespace, finds_what_an_overflow_lost) {
  live();
  live(other);
  news();
  Survey survey;
  survey.sights = {sight_of({shown(0, first), shown(0, second)}),
                   sight_of({shown(0, first)}, Token{0x7777})};
  EXPECT_TRUE(book_.has_more_than(survey));
  book_.surveyed(survey, compared());
  EXPECT_EQ(news(), "subflow_established created established closed");
  EXPECT_EQ(news_[3].token, other);
  EXPECT_EQ(news_[3].origin, EventOrigin::comparison);
  EXPECT_FALSE(book_.has_more_than(survey));
}

TEST_F(BookOfTheNamespace, leaves_alone_what_is_there_but_no_longer_mptcp) {
  live();
  news();
  Survey survey;
  survey.sights = {sight_of({})};
  survey.sights[0].created = false;
  book_.surveyed(survey, compared());
  EXPECT_EQ(news(), "");
}

TEST_F(BookOfTheNamespace, adds_a_descriptor_to_a_connection_that_it_knows) {
  live();
  news();
  add();
  saw(look_of(sight_of({shown(1, first)})), Trust::at_once);
  EXPECT_EQ(news(), "");
  book_.notice(notice(EventKind::subflow_closed, first));
  EXPECT_EQ(news(), "subflow_closed/1");
  EXPECT_EQ(news_[0].fd, fd);
}

TEST_F(BookOfTheNamespace, goes_on_with_a_connection_whose_descriptor_was_removed) {
  live();
  add();
  book_.attach(fd, token);
  book_.remove(fd);
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "created established closed");
  EXPECT_EQ(news_[2].fd, std::nullopt);
}

TEST_F(BookOfTheNamespace, goes_on_with_a_connection_that_others_hold) {
  live();
  add();
  book_.attach(fd, token);
  news();
  Look elsewhere = gone;
  elsewhere.sight.token = token;
  saw(elsewhere);
  EXPECT_EQ(news(), "");
  book_.notice(notice(EventKind::closed));
  EXPECT_EQ(news(), "closed");
}

TEST_F(BookOfTheNamespace, asks_for_a_survey_when_connections_pile_up) {
  for (std::uint32_t i = 1; i <= 2000; ++i) live(Token{i});
  EXPECT_TRUE(book_.wants_survey());
  Survey survey;
  survey.sights = {sight_of({shown(0, first)}, Token{1})};
  news();
  book_.surveyed(survey, compared());
  EXPECT_EQ(news_.size(), 4000u);
  EXPECT_EQ(book_.take_news(SIZE_MAX).size(), 1999u);
  EXPECT_FALSE(book_.wants_survey());
}

}  // namespace
}  // namespace mptcp::events
