// SPDX-License-Identifier: MIT
#include "steer.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<ConnectionName> connection;
  std::optional<SubflowName> subflow;
  std::optional<Priority> priority;
  std::shared_ptr<std::optional<std::chrono::milliseconds>> timeout;
  std::shared_ptr<bool> json;
};

Result<Priority> priority_from(const std::string& word) {
  if (word == "regular") return Priority::regular;
  if (word == "backup") return Priority::backup;
  return Error{ErrorKind::invalid_argument, 0,
               "\"" + word + "\" is no priority: expected regular or backup"};
}

Result<int> prefer(const Words& words) {
  auto steering = steer(*words.connection);
  if (!steering) return steering.error();
  const auto& [target, control] = *steering;
  auto subflow = find_subflow(target, *words.subflow);
  if (!subflow) return subflow.error();
  auto changed = control->prefer(target.token, addresses_of(*subflow), *words.priority,
                                 Deadline::after(**words.timeout));
  if (!changed) return changed.error();
  changed->id = subflow->id;
  return report(*words.json,
                *words.priority == Priority::backup ? "made a backup of" : "made regular",
                *changed);
}

}  // namespace

Run define_prefer(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  add_subflow(verb, words->subflow);
  add_value(verb, {"PRIORITY", "", "regular, or backup: only for when the others fail"},
            words->priority, priority_from, Presence::required);
  words->timeout = add_timeout(verb);
  words->json = add_json_flag(verb);
  teach(verb,
        "Both ends are asked; traffic moves at once.  To prefer one subflow, make the others "
        "backups.\n"
        "Needs CAP_NET_ADMIN and the userspace path manager.\n\n"
        "Examples:\n"
        "  mptcp prefer 1234:5 1 backup\n"
        "  mptcp prefer 0x1a2b3c4d 10.0.2.1-10.0.2.2 regular");
  return [words] { return prefer(*words); };
}

}  // namespace mptcp::program
