// SPDX-License-Identifier: MIT
#include <clocale>

#include "program.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

// Every verb, in the order in which help lists them.
constexpr Verb verbs[] = {
    {"doctor", "What this machine allows, and the remedy where it does not", define_doctor},
    {"list", "The MPTCP connections of this network namespace", define_list},
    {"show", "One connection and its subflows, once or live", define_show},
    {"open", "Open a subflow", define_open},
    {"close", "Close a subflow", define_close},
    {"prefer", "Make a subflow a backup, or regular again", define_prefer},
    {"announce", "Announce an address for the peer to join", define_announce},
    {"withdraw", "Take an announced address back", define_withdraw},
    {"events", "What happens to connections, as it happens", define_events},
    {"endpoint", "The addresses of the kernel's path manager", nullptr, endpoint_verbs},
    {"limits", "The limits of the kernel's path manager", define_limits, limits_verbs},
    {"manager", "Who manages the paths: the kernel or programs", define_manager, manager_verbs},
    {"lab", "A network of hosts and paths on this machine, for experiments", nullptr, lab_verbs},
    {"help", "How to use a verb, with examples", define_help},
};

}  // namespace
}  // namespace mptcp::program

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  return mptcp::program::Program(mptcp::program::verbs).run(argc, argv);
}
