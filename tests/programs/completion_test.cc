// SPDX-License-Identifier: MIT
//
// Completion as bash does it.
#include <gtest/gtest.h>

#include "programs/run.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

// What bash offers after that much of a line.
std::string completed(const std::string& line) {
  const std::string script = mptcp({"--completion", "bash"}).out +
                             "\nCOMP_LINE=$1 COMP_POINT=${#1}\n_mptcp\necho \"${COMPREPLY[*]}\"\n";
  const Outcome outcome = run({"bash", "-c", script, "bash", line});
  EXPECT_TRUE(succeeds(outcome)) << line;
  return outcome.out.substr(0, outcome.out.find('\n'));
}

struct Completion : testing::Test {
  void SetUp() override {
    if (run({"bash", "-c", ":"}).status == 127) GTEST_SKIP() << "bash is not installed";
  }
  // As typed, with the program where it really is.
  std::string program = program_path();
};

TEST_F(Completion, offers_verbs_and_their_verbs) {
  EXPECT_EQ(completed("mptcp sho"), "show");
  EXPECT_EQ(completed("mptcp endpoint "), "list add change remove flush");
  EXPECT_EQ(completed("mptcp endpoint re"), "remove");
}

TEST_F(Completion, offers_the_options_of_the_verb) {
  EXPECT_EQ(completed("mptcp show --w"), "--watch");
  EXPECT_EQ(completed("mptcp endpoint change 1 --no-"), "--no-backup --no-fullmesh");
}

TEST_F(Completion, offers_words_that_are_known_beforehand) {
  EXPECT_EQ(completed("mptcp manager set "), "kernel userspace");
  EXPECT_EQ(completed("mptcp prefer 1 1 b"), "backup");
  EXPECT_EQ(completed("mptcp events --kind subflow_s"), "subflow_silent");
  EXPECT_EQ(completed("mptcp show --interval "), "");
}

TEST_F(Completion, offers_the_connections_that_there_are) {
  const Pair pair = make_pair();
  const std::string offered = completed(program + " show 0x");
  EXPECT_NE(offered.find(token_of(pair.client.get())), std::string::npos) << offered;
  EXPECT_EQ(completed(program + " events " + token_of(pair.client.get()) + " 0x"), offered);
  EXPECT_EQ(completed(program + " open 1 --dev l"), "lo");
}

TEST_F(Completion, offers_the_subflows_of_the_connection_before) {
  const Pair pair = make_pair();
  EXPECT_EQ(completed(program + " close " + held(pair.client.get()) + " "), "1");
  EXPECT_EQ(completed(program + " close 0x1 "), "");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
