// SPDX-License-Identifier: MIT
//
// The command line made from a table of verbs: reads it, runs one verb, and turns what became of it
// into an exit status and at most one line on stderr.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "verb.h"

namespace mptcp::program {

class Program {
 public:
  explicit Program(std::span<const Verb> verbs);
  int run(int argc, char** argv);

 private:
  void add(CLI::App& parent, std::span<const Verb> verbs);
  // Answers for the shell's completion, hidden from help; false when that was not asked.
  bool complete();
  int run_verb();

  CLI::App app_;
  std::map<const CLI::App*, Run> runs_;
  std::string shell_;
  std::vector<std::string> candidates_of_;
};

// The verb that the command line named: the innermost of the parsed ones.
const CLI::App& named_verb(const CLI::App& app);

// "mptcp endpoint add"
std::string full_name(const CLI::App& verb);

std::string help_text(const CLI::App& verb);

}  // namespace mptcp::program
