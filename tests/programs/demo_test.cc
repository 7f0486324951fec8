// SPDX-License-Identifier: MIT
//
// The demonstration, with the smallest file; and applications that do not keep to what it asks.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "programs/run.h"
#include "support/namespaces.h"

namespace mptcp::test {
namespace {

class Demo : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Outcome demo(Words words) const {
    const Words own = {MPTCP_DEMO, "--size", "8", "--output", folder_};
    words.insert(words.begin(), own.begin(), own.end());
    return run(words);
  }
  std::string content(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string folder_ = (std::filesystem::temp_directory_path() / "demo-XXXXXX").string();
};

TEST_F(Demo, opens_prefers_and_closes_subflows_while_the_same_file_arrives) {
  const Outcome outcome = demo({});
  ASSERT_TRUE(succeeds(outcome));
  for (const char* words : {"opened subflow 2: 10.0.2.1:", "preferred subflow 2",
                            "closed subflow 1", "times as fast"}) {
    EXPECT_NE(outcome.out.find(words), std::string::npos) << words << "\n" << outcome.out;
  }
  const auto plain = content("plain-tcp.bin");
  EXPECT_EQ(plain.size(), 8'000'000u);
  EXPECT_TRUE(content("libmptcp.bin") == plain);
  EXPECT_NE(content("libmptcp-steps.tsv").find("\tpreferred it\n"), std::string::npos);
}

TEST_F(Demo, says_which_application_failed) {
  const Outcome outcome = demo({"--application", "Nothing=false"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "mptcp-demo: with libmptcp in Nothing: exit status 1\n");
}

TEST_F(Demo, takes_nothing_else_from_an_application_than_what_it_asks_for) {
  const Outcome outcome = demo({"--application", "Chatter=echo hello"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("mptcp-demo: the application said \"hello "), std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
