// SPDX-License-Identifier: MIT
#include "lab.h"

namespace mptcp::program {

Run define_lab_exec(CLI::App& verb) {
  auto name = add_lab_option(verb);
  auto host = add_text(verb, {"HOST", "", "In which host"}, Presence::required);
  auto command = add_command(verb, "The program and its words, after --");
  check(verb, [command]() -> std::optional<std::string> {
    if (command->empty()) return "COMMAND is required";
    return std::nullopt;
  });
  teach(verb,
        "The program sees the host's network, the lab's processes, and your files.\n"
        "Its exit status is that of this command.\n"
        "Examples:\n"
        "  mptcp lab exec server -- iperf3 -s\n"
        "  mptcp lab exec client --lab two-access -- mptcp list");
  return [name, host, command]() -> Result<int> {
    auto lab = Lab::attach(*name);
    if (!lab) return lab.error();
    return run_command(*lab, *host, *command);
  };
}

}  // namespace mptcp::program
