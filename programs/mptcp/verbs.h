// SPDX-License-Identifier: MIT
//
// Where each verb is defined: define_x, and x_verbs for the verbs of a verb, in x.cc.
#pragma once

#include "verb.h"

namespace mptcp::program {

Run define_doctor(CLI::App& verb);
Run define_list(CLI::App& verb);
Run define_show(CLI::App& verb);
Run define_open(CLI::App& verb);
Run define_close(CLI::App& verb);
Run define_prefer(CLI::App& verb);
Run define_announce(CLI::App& verb);
Run define_withdraw(CLI::App& verb);
Run define_events(CLI::App& verb);
std::span<const Verb> endpoint_verbs();
Run define_limits(CLI::App& verb);
std::span<const Verb> limits_verbs();
Run define_manager(CLI::App& verb);
std::span<const Verb> manager_verbs();
Run define_help(CLI::App& verb);

std::span<const Verb> lab_verbs();

}  // namespace mptcp::program
