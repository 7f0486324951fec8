// SPDX-License-Identifier: MIT
//
// open, close, prefer, announce, withdraw: each does to a real connection what it says.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "programs/run.h"
#include "support/connections.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

std::vector<Subflow> subflows_of(int fd) {
  auto found = subflows(fd, Depth::detail);
  EXPECT_OK(found);
  return found ? *found : std::vector<Subflow>();
}

std::vector<std::string> locals(int fd) {
  std::vector<std::string> all;
  for (const Subflow& subflow : subflows_of(fd)) {
    all.push_back(format(subflow.local.with_port(Port{})));
  }
  return all;
}

std::string pair_name(const Subflow& subflow) {
  return format(subflow.local) + "-" + format(subflow.remote);
}

// A connection with a second subflow, from 127.0.0.3.
struct Steered : testing::Test {
  Pair pair = make_pair();
  std::string client = held(pair.client.get());

  void open_second() {
    ASSERT_TRUE(succeeds(mptcp({"open", client, "--local", "127.0.0.3"})));
    ASSERT_EQ(locals(pair.client.get()), (std::vector<std::string>{"127.0.0.1", "127.0.0.3"}));
  }
  bool both_have(std::size_t count) {
    return eventually([&] {
      return subflows_of(pair.client.get()).size() == count &&
             subflows_of(pair.server.get()).size() == count;
    });
  }
};

TEST_F(Steered, open_brings_a_subflow_up_and_names_it) {
  const Outcome opened = mptcp({"open", client, "--local", "127.0.0.3"});
  ASSERT_TRUE(succeeds(opened));
  const auto now = subflows_of(pair.client.get());
  ASSERT_EQ(now.size(), 2u);
  EXPECT_EQ(opened.out,
            "opened subflow 2  " + format(now[1].local) + " -> " + format(now[1].remote) + "\n");
  EXPECT_TRUE(both_have(2));
  exchange_bytes(pair);
}

TEST_F(Steered, open_honours_remote_address_id_and_backup) {
  const Outcome opened = mptcp({"open", client, "--local", "127.0.0.3:4242", "--remote",
                                "127.0.0.5", "--id", "77", "--backup", "--json"});
  ASSERT_TRUE(succeeds(opened));
  const auto subflow = opened.json()["subflow"];
  EXPECT_EQ(subflow["local"], "127.0.0.3:4242");
  EXPECT_EQ(subflow["remote"], "127.0.0.5:" + std::to_string(number(pair.port())));
  EXPECT_EQ(subflow["local_id"], 77);
  EXPECT_EQ(subflow["backup"], true);
  EXPECT_EQ(subflow["id"], 2);
}

TEST_F(Steered, open_takes_an_interface_by_name) {
  const Outcome opened = mptcp({"open", client, "--dev", "lo", "--json"});
  ASSERT_TRUE(succeeds(opened));
  EXPECT_EQ(opened.json()["subflow"]["interface"], "lo");
}

TEST_F(Steered, open_by_token_alone_works_for_who_may_not_borrow) {
  const Outcome opened = mptcp({"open", token_of(pair.client.get()), "--local", "127.0.0.3"},
                               {.environment = {"LIBMPTCP_DISABLE=descriptor_passing"}});
  ASSERT_TRUE(succeeds(opened));
  EXPECT_EQ(opened.out.find("opened subflow 127.0.0.3:"), 0u) << opened.out;
}

TEST_F(Steered, open_says_why_not_and_opens_nothing) {
  EXPECT_TRUE(refuses(mptcp({"open", client, "--local", "10.99.0.1"}), 1, "10.99.0.1"));
  EXPECT_TRUE(refuses(mptcp({"open", client, "--remote", "127.0.0.1:1"}), 1, "refused"));
  EXPECT_EQ(subflows_of(pair.client.get()).size(), 1u);
}

TEST_F(Steered, open_waits_until_its_timeout_for_a_connection_that_may_not_be_joined_yet) {
  const Pair idle = make_idle_pair();
  const Outcome opened =
      mptcp({"open", held(idle.client.get()), "--local", "127.0.0.3", "--timeout", "50ms"});
  EXPECT_EQ(opened.status, 1);
  EXPECT_EQ(subflows_of(idle.client.get()).size(), 1u);
}

TEST_F(Steered, close_takes_an_id) {
  open_second();
  const Outcome closed = mptcp({"close", client, "1"});
  ASSERT_TRUE(succeeds(closed));
  EXPECT_EQ(closed.out.find("closed subflow 1  127.0.0.1:"), 0u) << closed.out;
  EXPECT_EQ(locals(pair.client.get()), std::vector<std::string>{"127.0.0.3"});
  EXPECT_TRUE(both_have(1));
  exchange_bytes(pair);
}

TEST_F(Steered, close_takes_addresses) {
  open_second();
  ASSERT_TRUE(succeeds(mptcp({"close", client, pair_name(subflows_of(pair.client.get())[0])})));
  EXPECT_EQ(locals(pair.client.get()), std::vector<std::string>{"127.0.0.3"});
  ASSERT_TRUE(succeeds(mptcp({"open", client, "--local", "127.0.0.4"})));
  ASSERT_TRUE(succeeds(mptcp({"close", client, "127.0.0.3"})));
  EXPECT_EQ(locals(pair.client.get()), std::vector<std::string>{"127.0.0.4"});
}

TEST_F(Steered, close_keeps_the_last_subflow_unless_told) {
  EXPECT_EQ(mptcp({"close", client, "1"}).status, 1);
  EXPECT_EQ(subflows_of(pair.client.get()).size(), 1u);
  ASSERT_TRUE(succeeds(mptcp({"close", client, "1", "--last"})));
  EXPECT_TRUE(subflows_of(pair.client.get()).empty());
}

TEST_F(Steered, close_refuses_what_is_no_subflow_and_closes_none) {
  open_second();
  EXPECT_TRUE(refuses(mptcp({"close", client, "9"}), 1, "no subflow \"9\""));
  EXPECT_TRUE(refuses(mptcp({"close", client, "127.0.0.9"}), 1, "no subflow \"127.0.0.9\""));
  const std::string port = ":" + std::to_string(number(pair.port()));
  EXPECT_TRUE(refuses(mptcp({"close", client, port}), 1, "fits 2 subflows"));
  EXPECT_EQ(subflows_of(pair.client.get()).size(), 2u);
}

TEST_F(Steered, prefer_moves_a_subflow_to_backup_and_back) {
  open_second();
  auto is_backup = [&] { return subflows_of(pair.client.get())[1].detail->backup.value_or(false); };
  ASSERT_TRUE(succeeds(mptcp({"prefer", client, "2", "backup"})));
  EXPECT_TRUE(is_backup());
  const Outcome regular = mptcp({"prefer", client, "127.0.0.3", "regular", "--json"});
  ASSERT_TRUE(succeeds(regular));
  EXPECT_FALSE(is_backup());
  EXPECT_EQ(regular.json()["subflow"]["backup"], false);
  EXPECT_EQ(regular.json()["subflow"]["id"], 2);
}

TEST_F(Steered, announce_without_a_port_ends_at_once) {
  const std::string server = held(pair.server.get());
  const Outcome announced = mptcp({"announce", server, "127.0.0.9", "--id", "9"});
  ASSERT_TRUE(succeeds(announced));
  EXPECT_EQ(announced.out, "announced 127.0.0.9 as address 9\n");
}

TEST_F(Steered, announce_with_a_port_listens_until_interrupted_and_joins_live_on) {
  Running announcing({"announce", held(pair.server.get()), "127.0.0.9:7000"});
  EXPECT_EQ(announcing.line().find("announced 127.0.0.9:7000 as address "), 0u);
  EXPECT_EQ(announcing.line(), "listening there for the peer's subflows, until interrupted");
  ASSERT_TRUE(
      succeeds(mptcp({"open", client, "--local", "127.0.0.3", "--remote", "127.0.0.9:7000"})));
  announcing.signal(SIGINT);
  EXPECT_EQ(announcing.wait(), 0);
  EXPECT_TRUE(both_have(2));
  exchange_bytes(pair);
  EXPECT_TRUE(refuses(mptcp({"open", client, "--local", "127.0.0.4", "--remote", "127.0.0.9:7000"}),
                      1, ""));
}

TEST_F(Steered, announce_with_a_port_ends_with_the_connection) {
  Running announcing({"announce", held(pair.server.get()), "127.0.0.9:7000", "--json"});
  const auto told = nlohmann::json::parse(announcing.line());
  EXPECT_EQ(told["address"], "127.0.0.9:7000");
  EXPECT_EQ(told["listening"], true);
  reset(pair.client);
  pair.server = OwnedFd();
  EXPECT_EQ(announcing.wait(), 0);
}

TEST_F(Steered, withdraw_makes_the_peer_close_what_uses_the_address) {
  ASSERT_TRUE(succeeds(mptcp({"open", client, "--local", "127.0.0.3", "--id", "5"})));
  const Outcome withdrawn = mptcp({"withdraw", client, "5"});
  ASSERT_TRUE(succeeds(withdrawn));
  EXPECT_EQ(withdrawn.out, "withdrew address 5\n");
  EXPECT_TRUE(both_have(1));
  EXPECT_TRUE(refuses(mptcp({"withdraw", client, "99"}), 1, "99"));
}

TEST_F(Steered, without_the_right_each_verb_is_refused_and_nothing_changes) {
  open_second();
  const std::string token = token_of(pair.client.get());
  const Words attempts[] = {
      {"open", token, "--local", "127.0.0.4", "--timeout", "1s"},
      {"close", token, "127.0.0.3"},
      {"prefer", token, "127.0.0.3", "backup"},
      {"announce", token, "127.0.0.9"},
      {"withdraw", token, "1"},
  };
  for (Rights rights : {Rights::no_net_admin, Rights::ordinary_user}) {
    for (const Words& words : attempts) {
      const Outcome outcome = mptcp(words, {.rights = rights});
      EXPECT_TRUE(refuses(outcome, 1, "CAP_NET_ADMIN")) << words[0];
    }
  }
  const auto now = subflows_of(pair.client.get());
  ASSERT_EQ(now.size(), 2u);
  EXPECT_EQ(now[1].detail->backup, false);
}

TEST_F(Steered, an_id_is_refused_where_ids_are_not_told) {
  open_second();
  EXPECT_TRUE(refuses(mptcp({"close", token_of(pair.client.get()), "2"},
                            {.environment = {"LIBMPTCP_DISABLE=descriptor_passing"}}),
                      1, "LOCAL-REMOTE"));
  EXPECT_EQ(subflows_of(pair.client.get()).size(), 2u);
}

TEST(Steering, says_that_the_kernels_path_manager_has_the_connection) {
  const Pair pair = make_pair({.client_manager = "kernel", .server_manager = "kernel"});
  EXPECT_TRUE(
      refuses(mptcp({"open", held(pair.client.get()), "--local", "127.0.0.3"}), 1, "path manager"));
}

TEST(Steering, works_on_both_ends_over_ipv6) {
  const Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  ASSERT_TRUE(succeeds(mptcp({"open", held(pair.client.get()), "--local", "::1"})));
  ASSERT_EQ(subflows_of(pair.client.get()).size(), 2u);
  ASSERT_TRUE(succeeds(
      mptcp({"close", held(pair.server.get()), pair_name(subflows_of(pair.server.get())[0])})));
  EXPECT_TRUE(eventually([&] { return subflows_of(pair.client.get()).size() == 1; }));
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
