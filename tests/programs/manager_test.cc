// SPDX-License-Identifier: MIT
//
// endpoint, limits, manager: the kernel's path manager of this namespace.
#include <gtest/gtest.h>

#include "programs/run.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

nlohmann::json endpoints() { return mptcp({"endpoint", "list", "--json"}).json()["endpoints"]; }

struct Endpoints : testing::Test {
  void SetUp() override { ASSERT_TRUE(succeeds(mptcp({"endpoint", "flush"}))); }
};

TEST_F(Endpoints, are_added_and_listed) {
  EXPECT_EQ(mptcp({"endpoint", "add", "127.0.0.3", "--subflow", "--id", "7"}).out,
            "added endpoint 7: 127.0.0.3\n");
  EXPECT_EQ(
      mptcp({"endpoint", "add", "127.0.0.4:6000", "--signal", "--dev", "lo", "--json"}).json(),
      nlohmann::json({{"id", 8}}));
  EXPECT_EQ(mptcp({"endpoint", "list"}).out,
            "ID  ADDRESS         INTERFACE  FLAGS\n"
            "7   127.0.0.3       -          subflow\n"
            "8   127.0.0.4:6000  lo         signal\n");
  EXPECT_EQ(
      endpoints()[0],
      nlohmann::json(
          {{"id", 7}, {"address", "127.0.0.3"}, {"interface", nullptr}, {"flags", {"subflow"}}}));
}

TEST_F(Endpoints, change_leaves_the_other_flag_as_it_is) {
  mptcp({"endpoint", "add", "127.0.0.3", "--subflow", "--fullmesh", "--id", "7"});
  ASSERT_TRUE(succeeds(mptcp({"endpoint", "change", "7", "--backup"})));
  EXPECT_EQ(endpoints()[0]["flags"], nlohmann::json({"subflow", "backup", "fullmesh"}));
  ASSERT_TRUE(succeeds(mptcp({"endpoint", "change", "7", "--no-backup"})));
  EXPECT_EQ(endpoints()[0]["flags"], nlohmann::json({"subflow", "fullmesh"}));
}

TEST_F(Endpoints, are_removed_one_by_one_or_all) {
  for (const char* id : {"7", "8", "9"}) {
    mptcp({"endpoint", "add", std::string("127.0.0.") + id, "--subflow", "--id", id});
  }
  EXPECT_EQ(mptcp({"endpoint", "remove", "8"}).out, "removed endpoint 8\n");
  EXPECT_EQ(endpoints().size(), 2u);
  EXPECT_EQ(mptcp({"endpoint", "flush"}).out, "removed every endpoint\n");
  EXPECT_EQ(mptcp({"endpoint", "list"}).out, "No endpoints.\n");
}

TEST_F(Endpoints, that_are_not_there_are_refused) {
  EXPECT_TRUE(refuses(mptcp({"endpoint", "remove", "99"}), 1, "99"));
  EXPECT_TRUE(refuses(mptcp({"endpoint", "change", "99", "--backup"}), 1, "99"));
}

TEST_F(Endpoints, refuse_flags_that_exclude_each_other) {
  EXPECT_TRUE(
      refuses(mptcp({"endpoint", "add", "127.0.0.3", "--signal", "--fullmesh"}), 1, "fullmesh"));
  EXPECT_TRUE(endpoints().empty());
}

TEST_F(Endpoints, are_for_anybody_to_read_and_for_few_to_write) {
  mptcp({"endpoint", "add", "127.0.0.3", "--subflow", "--id", "7"});
  const Setting ordinary{.rights = Rights::ordinary_user};
  EXPECT_TRUE(succeeds(mptcp({"endpoint", "list"}, ordinary)));
  EXPECT_TRUE(refuses(mptcp({"endpoint", "add", "127.0.0.4", "--subflow"}, ordinary), 1, "ermi"));
  EXPECT_TRUE(refuses(mptcp({"endpoint", "change", "7", "--backup"}, ordinary), 1, "ermi"));
  EXPECT_TRUE(refuses(mptcp({"endpoint", "remove", "7"}, ordinary), 1, "ermi"));
  EXPECT_TRUE(refuses(mptcp({"endpoint", "flush"}, ordinary), 1, "ermi"));
  EXPECT_EQ(endpoints().size(), 1u);
}

TEST(LimitsOfTheKernel, are_shown_and_set_one_at_a_time) {
  ASSERT_TRUE(succeeds(mptcp({"limits", "set", "--subflows", "3", "--add-addr-accepted", "1"})));
  EXPECT_EQ(mptcp({"limits", "set", "--subflows", "5"}).out,
            "subflows            5\naccepted addresses  1\n");
  EXPECT_EQ(mptcp({"limits"}).out, mptcp({"limits", "show"}).out);
  EXPECT_EQ(mptcp({"limits", "show", "--json"}).json(),
            nlohmann::json({{"subflows", 5}, {"add_addr_accepted", 1}}));
}

TEST(LimitsOfTheKernel, stay_when_a_new_one_is_refused) {
  const std::string before = mptcp({"limits"}).out;
  EXPECT_TRUE(refuses(mptcp({"limits", "set", "--subflows", "100000"}), 1, "100000"));
  EXPECT_TRUE(refuses(
      mptcp({"limits", "set", "--subflows", "1"}, {.rights = Rights::ordinary_user}), 1, "ermi"));
  EXPECT_EQ(mptcp({"limits"}).out, before);
}

TEST(Manager, is_shown_and_set_for_the_namespace) {
  EXPECT_EQ(mptcp({"manager", "set", "userspace"}).out,
            "new connections get the userspace path manager\n");
  EXPECT_EQ(read_sysctl("mptcp/path_manager"), "userspace");
  EXPECT_EQ(mptcp({"manager"}).out, "userspace\n");
  ASSERT_TRUE(succeeds(mptcp({"manager", "set", "kernel"})));
  EXPECT_EQ(mptcp({"manager", "show", "--json"}).json(),
            nlohmann::json({{"path_manager", "kernel"}}));
}

TEST(Manager, is_told_of_one_connection) {
  const Pair pair = make_pair({.client_manager = "userspace", .server_manager = "kernel"});
  EXPECT_EQ(mptcp({"manager", "show", held(pair.client.get())}).out, "userspace\n");
  EXPECT_EQ(mptcp({"manager", "show", held(pair.server.get())}).out, "kernel\n");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
