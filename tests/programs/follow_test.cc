// SPDX-License-Identifier: MIT
//
// events and show --watch: what follows a connection until it is told to stop.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

#include "programs/run.h"
#include "support/connections.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using nlohmann::json;

// The next event of that kind; null when none comes.
json next_of(Running& events, const std::string& kind) {
  for (std::string line = events.line(); !line.empty(); line = events.line()) {
    json event = json::parse(line, nullptr, false);
    if (event.is_discarded() || event["kind"] == kind) return event;
  }
  return nullptr;
}

TEST(Events, tell_what_happens_to_a_connection_as_it_happens) {
  const Pair pair = make_pair();
  Running events({"events", held(pair.client.get()), "--json"});
  const json created = next_of(events, "created");
  EXPECT_EQ(created["local"], format(local_address(pair.client.get())));
  EXPECT_EQ(created["origin"], "comparison");

  mptcp({"open", held(pair.client.get()), "--local", "127.0.0.3"});
  const json opened = next_of(events, "subflow_established");
  EXPECT_EQ(opened["origin"], "kernel");
  EXPECT_EQ(opened["local"].get<std::string>().find("127.0.0.3:"), 0u);

  mptcp({"close", held(pair.client.get()), "127.0.0.3"});
  EXPECT_EQ(next_of(events, "subflow_closed")["local"], opened["local"]);
  events.signal(SIGTERM);
  EXPECT_EQ(events.wait(), 0);
}

TEST(Events, have_the_keys_that_are_documented) {
  const Pair pair = make_pair();
  Running events({"events", "--json", "--count", "1"});
  std::vector<std::string> keys;
  const json event = json::parse(events.line());
  for (const auto& [key, value] : event.items()) keys.push_back(key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"backup", "errno", "error", "interface", "kind", "local",
                                      "local_id", "origin", "remote", "remote_id", "reset_reason",
                                      "server_side", "subflow_id", "time_us", "token"}));
}

TEST(Events, end_after_the_count_that_was_asked_for) {
  const Pair pair = make_pair();
  Running events({"events", "--count", "2", "--kind", "created"});
  EXPECT_NE(events.line().find("  created "), std::string::npos);
  EXPECT_NE(events.line().find("  created "), std::string::npos);
  EXPECT_EQ(events.line(), "");
  EXPECT_EQ(events.wait(), 0);
}

TEST(Events, end_when_the_named_connection_ends) {
  Pair pair = make_pair();
  Running events({"events", token_of(pair.client.get())});
  events.until("established");
  pair = Pair();
  EXPECT_NE(events.rest().find("  closed "), std::string::npos);
  EXPECT_EQ(events.wait(), 0);
}

TEST(Events, of_others_are_not_mixed_in) {
  const Pair pair = make_pair();
  Running events({"events", token_of(pair.client.get()), "--json"});
  next_of(events, "established");
  const Pair other = make_pair();
  mptcp({"open", held(pair.client.get()), "--local", "127.0.0.3"});
  const json next = json::parse(events.line());
  EXPECT_EQ(next["kind"], "subflow_established") << next;
}

TEST(Events, are_sampled_without_any_privilege_in_ones_own_processes) {
  const Pair pair = make_pair();
  const std::string client = held(pair.client.get());
  // Without CAP_NET_ADMIN; what may look into the test's descriptors is kept.
  Running events({"events", client, "--sample", "20ms", "--json"},
                 {.rights = Rights::no_net_admin});
  EXPECT_EQ(next_of(events, "created")["subflow_id"].is_null(), true);
  mptcp({"open", client, "--local", "127.0.0.3"});
  const json opened = next_of(events, "subflow_established");
  EXPECT_EQ(opened["subflow_id"], 2);
}

TEST(Events, are_refused_to_an_ordinary_user_without_sampling) {
  const Pair pair = make_pair();
  EXPECT_TRUE(refuses(mptcp({"events"}, {.rights = Rights::ordinary_user}), 1, "ermi"));
}

TEST(Events, being_sampled_does_not_keep_a_connection_open) {
  Pair pair = make_pair();
  Running events({"events", held(pair.client.get()), "--sample", "20ms", "--json"});
  next_of(events, "established");
  pair.client = OwnedFd();
  EXPECT_TRUE(wait_for(pair.server.get(), POLLIN));
  char byte = 0;
  EXPECT_EQ(::read(pair.server.get(), &byte, 1), 0);
  EXPECT_EQ(next_of(events, "closed")["kind"], "closed");
}

TEST(Watch, prints_a_document_a_line_for_programs) {
  const Pair pair = make_pair();
  Running watch({"show", held(pair.client.get()), "--watch", "--interval", "10ms", "--json"});
  const json first = json::parse(watch.line());
  EXPECT_TRUE(first["subflows"][0]["receive_rate_bps"].is_null());
  const json second = json::parse(watch.line());
  EXPECT_EQ(second["subflows"][0]["receive_rate_bps"], 0);
  EXPECT_GT(second["time_us"], first["time_us"]);
  watch.signal(SIGINT);
  watch.rest();
  EXPECT_EQ(watch.wait(), 0);
}

TEST(Watch, prints_a_line_a_subflow_where_there_is_no_terminal) {
  const Pair pair = make_pair();
  Running watch({"show", held(pair.client.get()), "--watch", "--interval", "10ms"});
  const std::string line = watch.line();
  EXPECT_NE(line.find("  1  " + format(local_address(pair.client.get())) + " -> "),
            std::string::npos)
      << line;
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

TEST(Watch, counts_what_arrives) {
  const Pair pair = make_pair();
  Running watch({"show", held(pair.client.get()), "--watch", "--interval", "20ms", "--json"});
  watch.line();
  send_text(pair.server.get(), std::string(10000, 'x'));
  for (std::string line = watch.line(); !line.empty(); line = watch.line()) {
    if (json::parse(line)["subflows"][0]["receive_rate_bps"] > 0) return;
  }
  ADD_FAILURE() << "no rate";
}

TEST(Watch, ends_with_the_connection_and_says_so) {
  Pair pair = make_pair();
  Running watch({"show", token_of(pair.client.get()), "--watch", "--interval", "10ms"});
  watch.line();
  reset(pair.client);
  pair = Pair();
  EXPECT_NE(watch.rest().find("is gone"), std::string::npos);
  EXPECT_EQ(watch.wait(), 0);
}

constexpr const char* entered = "\x1b[?1049h";
constexpr const char* left = "\x1b[?1049l";

struct OnTerminal : testing::Test {
  Pair pair = make_pair();
  Running start(const std::vector<std::string>& environment = {}, unsigned short columns = 80) {
    return Running::on_terminal({"show", held(pair.client.get()), "--watch", "--interval", "20ms"},
                                columns, 24, environment);
  }
};

TEST_F(OnTerminal, draws_on_the_alternate_screen_and_gives_it_back_when_interrupted) {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    Running watch = start();
    watch.until(entered);
    watch.until("established");
    watch.signal(number);
    EXPECT_NE(watch.rest().find(left), std::string::npos) << number;
    EXPECT_EQ(watch.wait(), 0) << number;
  }
}

TEST_F(OnTerminal, ends_at_the_key_q) {
  Running watch = start();
  watch.until("established");
  watch.type("q");
  EXPECT_NE(watch.rest().find(left), std::string::npos);
  EXPECT_EQ(watch.wait(), 0);
}

TEST_F(OnTerminal, adapts_to_the_width) {
  Running watch = start({}, 60);
  watch.until("\x1b[H");
  EXPECT_EQ(watch.until("\x1b[J").find("cwnd"), std::string::npos);  // there is no room for it
  watch.resize(120, 24);
  watch.until("cwnd");
}

TEST_F(OnTerminal, never_draws_a_line_wider_than_the_screen) {
  Running watch = Running::on_terminal(
      {"show", held(pair.client.get()), "--watch", "--interval", "20ms"}, 50, 8, {"NO_COLOR=1"});
  watch.until("\x1b[H");
  const std::string frame = watch.until("\x1b[J");
  std::size_t columns = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (frame.compare(i, 3, "\x1b[K") == 0 || frame.compare(i, 3, "\x1b[J") == 0) {
      EXPECT_LE(columns, 50u) << frame;
      i += 2;
    } else if (frame[i] == '\n' || frame[i] == '\r') {
      columns = 0;
    } else if ((frame[i] & 0xc0) != 0x80) {
      ++columns;
    }
  }
}

TEST_F(OnTerminal, has_no_colours_where_they_are_not_wanted) {
  Running plain = start({"NO_COLOR=1"});
  plain.until("\x1b[H");
  EXPECT_EQ(plain.until("\x1b[J").find("\x1b[32m"), std::string::npos);
  Running colourful = start();
  colourful.until("\x1b[H");
  EXPECT_NE(colourful.until("\x1b[J").find("\x1b[32m"), std::string::npos);
}

TEST_F(OnTerminal, is_given_back_while_suspended) {
  Running watch = start();
  watch.until("established");
  watch.signal(SIGTSTP);
  watch.until(left);
  watch.wait_until_stopped();
  watch.signal(SIGCONT);
  watch.until(entered);
  watch.until("established");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
