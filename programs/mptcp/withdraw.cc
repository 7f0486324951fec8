// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "steer.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<ConnectionName> connection;
  std::optional<AddressId> id;
  std::shared_ptr<std::optional<std::chrono::milliseconds>> timeout;
  std::shared_ptr<bool> json;
};

Result<int> withdraw(const Words& words) {
  auto steering = steer(*words.connection);
  if (!steering) return steering.error();
  auto withdrawn = steering->control->withdraw(steering->target.token, *words.id,
                                               Deadline::after(**words.timeout));
  if (!withdrawn) return withdrawn.error();
  if (*words.json) {
    print_json({count_field("", "id", number(*words.id))});
  } else {
    print(fmt::format("withdrew address {}\n", number(*words.id)));
  }
  return done;
}

}  // namespace

Run define_withdraw(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  add_value(verb, {"ID", "", "The address id, as announce printed it"}, words->id, address_id_from,
            Presence::required);
  words->timeout = add_timeout(verb);
  words->json = add_json_flag(verb);
  teach(verb,
        "The peer closes the subflows that use the address.  Id 0 is the connection's first "
        "address.\n"
        "Needs CAP_NET_ADMIN and the userspace path manager.\n\n"
        "Examples:\n"
        "  mptcp withdraw 0x1a2b3c4d 9");
  return [words] { return withdraw(*words); };
}

}  // namespace mptcp::program
