// SPDX-License-Identifier: MIT
#include "steer.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<ConnectionName> connection;
  OpenRequest request;
  bool backup = false;
  std::shared_ptr<std::optional<std::chrono::milliseconds>> timeout;
  std::shared_ptr<bool> json;
};

std::optional<std::string> names_a_path(const OpenRequest& request) {
  if (request.local || request.remote || request.interface) return std::nullopt;
  return "one of --local, --remote and --dev is required";
}

Result<int> open_subflow(const Words& words) {
  auto steering = steer(*words.connection);
  if (!steering) return steering.error();
  const auto& [target, control] = *steering;
  OpenRequest request = words.request;
  if (words.backup) request.priority = Priority::backup;
  auto opened = control->open(target.token, request, Deadline::after(**words.timeout));
  if (!opened) return opened.error();
  return report(*words.json, "opened", with_id(target, *opened));
}

}  // namespace

Run define_open(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  OpenRequest& request = words->request;
  add_value(verb, {"--local", "ADDRESS", "From this address of ours, port optional"}, request.local,
            address_from);
  add_value(verb, {"--remote", "ADDRESS", "To this address of the peer, port optional"},
            request.remote, address_from);
  add_value(verb, {"--dev", "INTERFACE", "Over this interface"}, request.interface, interface_from);
  add_flag(verb, "--backup", words->backup, "Only for when the others fail");
  add_value(verb, {"--id", "ID", "Address id of the local address"}, request.local_id,
            address_id_from);
  words->timeout = add_timeout(verb);
  words->json = add_json_flag(verb);
  check(verb, [words] { return names_a_path(words->request); });
  teach(verb,
        "What is left out is filled in: the peer's first address and port, the local address that\n"
        "routing gives, a free port.  Waits until the peer has accepted the subflow, and says why\n"
        "when it does not.  Needs CAP_NET_ADMIN and the userspace path manager.\n\n"
        "Examples:\n"
        "  mptcp open 0x1a2b3c4d --local 10.0.2.1\n"
        "  mptcp open 1234 --dev wlan0 --backup\n"
        "  mptcp open :443 --local 10.0.2.1 --remote 10.0.2.2 --timeout 500ms");
  return [words] { return open_subflow(*words); };
}

}  // namespace mptcp::program
