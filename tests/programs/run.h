// SPDX-License-Identifier: MIT
//
// Runs the command mptcp: to its end, or for as long as a test follows it.  Nothing waits longer
// than twenty seconds.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <mptcp/connection.h>

namespace mptcp::test {

using Words = std::vector<std::string>;
using Json = nlohmann::json;

enum class Rights : std::uint8_t {
  all,            // as the test: root of its own namespaces
  no_net_admin,   // everything but the right to manage paths
  ordinary_user,  // none: it may not even look into the test's descriptors
};

struct Setting {
  Rights rights = Rights::all;
  std::vector<std::string> environment = {};  // "NAME=value", beside the test's own
  std::string stdout_to = "";                 // a file, instead of being read
};

struct Outcome {
  int status = -1;  // exit status; 128 + the signal that ended it
  std::string out;
  std::string err;
  Json json() const;  // of `out`; fails the test when it is none
};
Outcome mptcp(const Words& words, const Setting& setting = {});
std::string program_path();
// Any other program, found in PATH; 127 when it is not there.
Outcome run(const Words& words, const std::string& input = "");

// A refusal: that status, one line on stderr that has these words, and nothing on stdout.
testing::AssertionResult refuses(const Outcome& outcome, int status, const std::string& words);
// Exit status 0 and nothing on stderr.
testing::AssertionResult succeeds(const Outcome& outcome);

// A program that goes on until it is told to end.
class Running {
 public:
  explicit Running(const Words& words, const Setting& setting = {});
  // On a terminal of its own of that size, UTF-8 and with colours.
  static Running on_terminal(const Words& words, unsigned short columns, unsigned short rows,
                             const std::vector<std::string>& environment = {});
  Running(Running&& other) noexcept;
  Running(const Running&) = delete;
  ~Running();

  std::string line();  // the next one of stdout, without its end; empty at the end of it
  // What came until these words did, they included; fails the test when they do not come.
  std::string until(const std::string& words);
  std::string rest();  // all until it ends
  void type(const std::string& keys);
  void resize(unsigned short columns, unsigned short rows);
  void signal(int number);
  void wait_until_stopped();
  int wait();  // its exit status, as in Outcome
  pid_t pid() const { return pid_; }

 private:
  Running() = default;
  bool read_more();

  pid_t pid_ = -1;
  OwnedFd out_;
  std::string pending_;
};

// "PID:FD" of a descriptor of this test.
std::string held(int fd);
// "0x1a2b3c4d" of a connection of this test.
std::string token_of(int fd);

}  // namespace mptcp::test

// For a program suite's main(): as MPTCP_KERNEL_SUITE_MAIN, and the programs may look at the test.
#define MPTCP_PROGRAM_SUITE_MAIN()                         \
  int main(int argc, char** argv) {                        \
    mptcp::test::let_programs_look();                      \
    return mptcp::test::run_in_own_namespaces(argc, argv); \
  }

namespace mptcp::test {
void let_programs_look();
}
