// SPDX-License-Identifier: MIT
//
// What a verb is.  The table in main.cc holds them all; each has a file of its own, with one
// function that adds the verb's words to the command line and returns what it does.
//
//   Run define_list(CLI::App& verb) {
//     auto json = add_json_flag(verb);
//     teach(verb, "Examples:\n  mptcp list     every connection of this network namespace");
//     return [json] { … return done; };
//   }
//
// Words are checked while the command line is read (arguments.h): a bad one is a usage error, exit
// status 2, and nothing has been done.  A Run that fails is exit status 1; its error is printed
// to stderr as it is.  Otherwise its number is the exit status.
#pragma once

#include <functional>
#include <span>
#include <string>

#include <mptcp/result.h>

namespace CLI {
class App;
}

namespace mptcp::program {

using Run = std::function<Result<int>()>;

constexpr int done = 0;
constexpr int refused = 1;
constexpr int usage = 2;

struct Verb {
  const char* name;
  const char* summary;                         // one line, without a full stop
  Run (*define)(CLI::App& verb) = nullptr;     // null: the verb needs one of its own verbs
  std::span<const Verb> (*verbs)() = nullptr;  // its own verbs, or null
};

}  // namespace mptcp::program
