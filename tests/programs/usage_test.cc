// SPDX-License-Identifier: MIT
//
// What the command line promises to everybody, whatever the verb.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "programs/run.h"
#include "support/namespaces.h"

namespace mptcp::test {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(std::filesystem::path(MPTCP_SOURCE) / path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Words split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

// The rows of one table of the completion script: {"mptcp endpoint": ["list", …], …}.
std::map<std::string, Words> table(const std::string& name) {
  std::map<std::string, Words> rows;
  std::istringstream script(mptcp({"--completion", "bash"}).out);
  std::string line;
  bool inside = false;
  while (std::getline(script, line)) {
    if (line == "declare -gA _mptcp_" + name + "=(") inside = true;
    if (line == ")") inside = false;
    const auto middle = line.find("\"]=\"");
    if (!inside || middle == line.npos) continue;
    rows[line.substr(4, middle - 4)] = split(line.substr(middle + 4, line.size() - middle - 5));
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

// Every verb in full, "mptcp endpoint add", those that have verbs of their own included.
Words every_verb() {
  Words all;
  const auto verbs = table("verbs");
  Words open = {"mptcp"};
  while (!open.empty()) {
    const std::string verb = open.back();
    open.pop_back();
    if (verb != "mptcp") all.push_back(verb);
    auto own = verbs.find(verb);
    if (own == verbs.end()) continue;
    for (const std::string& name : own->second) open.push_back(verb + " " + name);
  }
  return all;
}

Words without_program(const std::string& verb) {
  Words words = split(verb);
  words.erase(words.begin());
  return words;
}

// In mdoc, under an item of its own: ".It Cm limits Oo Cm show Oc".
bool speaks_of(const std::string& page, const std::string& verb) {
  const Words words = without_program(verb);
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const Words item = split(line);
    if (item.size() < 3 || item[0] != ".It" || item[2] != words[0]) continue;
    if (std::find(item.begin(), item.end(), words.back()) != item.end()) return true;
  }
  return false;
}

TEST(Usage, every_verb_is_taught_with_an_example) {
  const auto verbs = table("verbs");
  for (const std::string& verb : every_verb()) {
    Words words = {"help"};
    for (const std::string& word : without_program(verb)) words.push_back(word);
    const Outcome help = mptcp(words);
    EXPECT_TRUE(succeeds(help)) << verb;
    EXPECT_NE(help.out.find("Usage: " + verb), std::string::npos) << help.out;
    if (verbs.contains(verb)) continue;  // its own verbs have the examples
    const auto examples = help.out.find("Examples:\n");
    ASSERT_NE(examples, std::string::npos) << verb;
    EXPECT_NE(help.out.find(verb.substr(0, verb.rfind(' ')), examples), std::string::npos) << verb;
  }
}

TEST(Usage, help_is_the_same_by_option_and_by_verb) {
  EXPECT_EQ(mptcp({"help", "endpoint", "add"}).out, mptcp({"endpoint", "add", "--help"}).out);
  EXPECT_EQ(mptcp({"help"}).out, mptcp({"--help"}).out);
}

TEST(Usage, help_fits_eighty_columns) {
  for (const std::string& verb : every_verb()) {
    Words words = without_program(verb);
    words.push_back("--help");
    std::istringstream help(mptcp(words).out);
    for (std::string line; std::getline(help, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(Usage, a_bad_word_is_exit_status_2_and_one_line_that_quotes_it) {
  const struct {
    Words words;
    const char* quotes;
  } cases[] = {
      {{"nonesuch"}, "\"nonesuch\""},
      {{"--nonesuch"}, "\"--nonesuch\""},
      {{"list", "extra"}, "\"extra\""},
      {{"help", "nonesuch"}, "\"nonesuch\""},
      {{"show"}, "CONNECTION"},
      {{"show", "nonesuch"}, "\"nonesuch\""},
      {{"show", "0x"}, "\"0x\""},
      {{"show", "0x123456789"}, "\"0x123456789\""},
      {{"show", "0"}, "\"0\""},
      {{"show", "1:2:3"}, "\"1:2:3\""},
      {{"show", "10.0.0.1-"}, "\"10.0.0.1-\""},
      {{"show", "10.0.0.1:99999"}, "\"10.0.0.1:99999\""},
      {{"show", "-1"}, "\"-1\""},
      {{"show", ""}, "\"\""},
      {{"show", "1", "--interval", "1s"}, "--interval requires --watch"},
      {{"show", "1", "--watch", "--interval", "1"}, "\"1\""},
      {{"show", "1", "--watch", "--interval", "0ms"}, "\"0ms\""},
      {{"show", "1", "--watch", "--interval", "1.2.3s"}, "\"1.2.3s\""},
      {{"open", "1"}, "one of --local, --remote and --dev is required"},
      {{"open", "1", "--local", "nonesuch"}, "\"nonesuch\""},
      {{"open", "1", "--dev", "nonesuch"}, "\"nonesuch\""},
      {{"open", "1", "--local", "10.0.0.1", "--id", "256"}, "\"256\""},
      {{"open", "1", "--local", "10.0.0.1", "--id", "-1"}, "\"-1\""},
      {{"open", "1", "--local", "10.0.0.1", "--timeout", "soon"}, "\"soon\""},
      {{"open", "1", "--local", "10.0.0.1", "--timeout", "1e9s"}, "\"1e9s\""},
      {{"close", "1"}, "SUBFLOW"},
      {{"close", "1", "0"}, "\"0\""},
      {{"prefer", "1", "1"}, "PRIORITY"},
      {{"prefer", "1", "1", "high"}, "\"high\""},
      {{"announce", "1"}, "ADDRESS"},
      {{"announce", "1", "10.0.0.256"}, "\"10.0.0.256\""},
      {{"withdraw", "1", "x"}, "\"x\""},
      {{"events", "--kind", "nonesuch"}, "\"nonesuch\""},
      {{"events", "--sample", "1s"}, "--sample requires a CONNECTION"},
      {{"events", "1", "--silence", "1s"}, "--silence requires --sample"},
      {{"events", "--count", "many"}, "\"many\""},
      {{"endpoint", "nonesuch"}, "\"nonesuch\""},
      {{"endpoint", "add"}, "ADDRESS"},
      {{"endpoint", "change", "1"}, "is required"},
      {{"endpoint", "change", "1", "--backup", "--no-backup"}, "yes and no"},
      {{"limits", "set"}, "is required"},
      {{"limits", "set", "--subflows", "-1"}, "\"-1\""},
      {{"manager", "set"}, "MANAGER"},
      {{"manager", "set", "nobody"}, "\"nobody\""},
  };
  for (const auto& one : cases) {
    EXPECT_TRUE(refuses(mptcp(one.words), 2, one.quotes)) << testing::PrintToString(one.words);
  }
}

TEST(Usage, no_verb_at_all_is_exit_status_2_and_shows_the_verbs) {
  const Outcome outcome = mptcp({});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("Usage: mptcp"), std::string::npos) << outcome.err;
}

TEST(Usage, says_its_version) {
  std::string version = read("VERSION");
  version.erase(version.find_last_not_of('\n') + 1);
  EXPECT_EQ(mptcp({"--version"}).out, "mptcp " + version + "\n");
}

TEST(Usage, output_that_cannot_be_written_is_no_success) {
  EXPECT_TRUE(refuses(mptcp({"list"}, {.stdout_to = "/dev/full"}), 1, "could not be written"));
}

TEST(ManualPage, speaks_of_every_verb_and_option) {
  const std::string page = read("programs/mptcp/man/mptcp.1");
  for (const std::string& verb : every_verb()) EXPECT_TRUE(speaks_of(page, verb)) << verb;
  for (const auto& [verb, options] : table("options")) {
    for (const std::string& option : options) {
      EXPECT_NE(page.find("Fl -" + option.substr(2)), std::string::npos) << verb << " " << option;
    }
  }
}

TEST(ManualPage, has_no_fault_that_mandoc_finds) {
  const std::string path = std::filesystem::path(MPTCP_SOURCE) / "programs/mptcp/man/mptcp.1";
  const Outcome lint = run({"mandoc", "-Tlint", "-Wwarning", path});
  if (lint.status == 127) GTEST_SKIP() << "mandoc is not installed";
  EXPECT_EQ(lint.status, 0) << lint.out << lint.err;
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()
