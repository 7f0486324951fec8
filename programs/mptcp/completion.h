// SPDX-License-Identifier: MIT
//
// Completion of the command line by a shell.  The script is made from the tree of verbs, so it
// cannot fall behind them; what only the running system knows, it asks the program for.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mptcp::program {

// A script for bash: mptcp --completion bash.
std::string bash_completion(const CLI::App& app);

// What may stand for CONNECTION (tokens), for SUBFLOW (ids; of the connection that is given next),
// or for INTERFACE.  Empty when nothing is known, never an error: mptcp --candidates SUBFLOW
// 0x1a2b3c4d.
std::vector<std::string> candidates(const std::vector<std::string>& words);

}  // namespace mptcp::program
