// SPDX-License-Identifier: MIT
#include "steer.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<ConnectionName> connection;
  std::optional<SubflowName> subflow;
  bool last = false;
  std::shared_ptr<std::optional<std::chrono::milliseconds>> timeout;
  std::shared_ptr<bool> json;
};

Result<int> close_subflow(const Words& words) {
  auto steering = steer(*words.connection);
  if (!steering) return steering.error();
  const auto& [target, control] = *steering;
  auto subflow = find_subflow(target, *words.subflow);
  if (!subflow) return subflow.error();
  auto closed =
      control->close(target.token, addresses_of(*subflow), Deadline::after(**words.timeout),
                     words.last ? LastSubflow::may_close : LastSubflow::keep);
  if (!closed) return closed.error();
  return report(*words.json, "closed", *subflow);
}

}  // namespace

Run define_close(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  add_subflow(verb, words->subflow);
  add_flag(verb, "--last", words->last, "Even if it is the last one");
  words->timeout = add_timeout(verb);
  words->json = add_json_flag(verb);
  teach(verb,
        "Data in flight goes over the other subflows.  After the last one the connection lives on\n"
        "without a path, for a later open, until the peer gives up (a minute by default).\n"
        "Needs CAP_NET_ADMIN; works under every path manager.\n\n"
        "Examples:\n"
        "  mptcp close 1234:5 2\n"
        "  mptcp close 0x1a2b3c4d 10.0.1.1:43210-10.0.1.2:443");
  return [words] { return close_subflow(*words); };
}

}  // namespace mptcp::program
