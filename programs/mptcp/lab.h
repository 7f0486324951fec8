// SPDX-License-Identifier: MIT
//
// What the verbs of `mptcp lab` share.
#pragma once

#include <memory>

#include <mptcp/lab.h>

#include "arguments.h"
#include "output.h"
#include "verb.h"

namespace mptcp::program {

Run define_lab_run(CLI::App& verb);
Run define_lab_exec(CLI::App& verb);
Run define_lab_path(CLI::App& verb);
Run define_lab_show(CLI::App& verb);
Run define_lab_list(CLI::App& verb);

// Adds a text as it is.
std::shared_ptr<std::string> add_text(CLI::App& verb, const WordName& name,
                                      Presence presence = Presence::optional);
// Adds --lab, for the verbs that act on a running lab.
std::shared_ptr<std::string> add_lab_option(CLI::App& verb);

// Adds a program and its words at the end of the command line; after "--" they may begin with
// dashes.
using Words = std::vector<std::string>;
std::shared_ptr<Words> add_command(CLI::App& verb, const std::string& description);

// Runs it in a host to its end; its exit status, or 128 + the signal that ended it.
Result<int> run_command(const Lab& lab, const std::string& host, const Words& words);

Record to_record(const PathState& state);  // for JSON
std::string to_text(const std::vector<PathState>& states);

}  // namespace mptcp::program
