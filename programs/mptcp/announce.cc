// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "signals.h"
#include "steer.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

// How often the end of the connection is looked for: the kernel does not tell of a reset.
constexpr std::chrono::seconds lifetime_check{2};

struct Words {
  std::optional<ConnectionName> connection;
  std::optional<Address> address;
  std::optional<AddressId> id;
  std::optional<InterfaceIndex> interface;
  std::shared_ptr<std::optional<std::chrono::milliseconds>> timeout;
  std::shared_ptr<bool> json;
};

void tell(const Words& words, const Announcement& announcement) {
  const bool listens = announcement.address.port != Port{};
  if (*words.json) {
    print_json_line({count_field("", "id", number(announcement.id)),
                     address_field("", "address", announcement.address),
                     value_field("listening", listens)});
    return;
  }
  print(fmt::format("announced {} as address {}\n", format(announcement.address),
                    number(announcement.id)));
  if (listens) print("listening there for the peer's subflows, until interrupted\n");
}

// Joins need somebody who listens; we do until the user or the connection has had enough.
Result<int> guard(Steering& steering, Signals& signals) {
  for (;;) {
    const auto until = std::chrono::steady_clock::now() + lifetime_check;
    if (wait_for(steering.control->descriptor(), signals, until)) {
      auto processed = steering.control->process();
      if (!processed) return processed.error();
    }
    while (auto signal = signals.next()) {
      if (ends_the_program(*signal)) return done;
    }
    if (std::chrono::steady_clock::now() >= until && !look(steering.target)) return done;
  }
}

Result<int> announce(const Words& words) {
  auto steering = steer(*words.connection);
  if (!steering) return steering.error();
  const AnnounceRequest request{*words.address, words.id, words.interface};
  auto announcement = steering->control->announce(steering->target.token, request,
                                                  Deadline::after(**words.timeout));
  if (!announcement) return announcement.error();
  const bool listens = announcement->address.port != Port{};
  if (!listens) {
    tell(words, *announcement);
    return done;
  }
  auto signals = Signals::take();
  if (!signals) return signals.error();
  tell(words, *announcement);
  return guard(*steering, *signals);
}

}  // namespace

Run define_announce(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  add_value(verb, {"ADDRESS", "", "Ours, to be joined; with a port, it is listened at"},
            words->address, address_from, Presence::required);
  add_value(verb, {"--id", "ID", "Its address id (allotted when left out)"}, words->id,
            address_id_from);
  add_value(verb, {"--dev", "INTERFACE", "The interface it is on"}, words->interface,
            interface_from);
  words->timeout = add_timeout(verb);
  words->json = add_json_flag(verb);
  teach(verb,
        "Without a port, the peer joins at the connection's own port, where the application "
        "listens.\n"
        "With one, this command listens there: it stays in the foreground until interrupted or\n"
        "until the connection ends; subflows that joined live on, and the address stays announced\n"
        "until mptcp withdraw.  Needs CAP_NET_ADMIN and the userspace path manager.\n\n"
        "Examples:\n"
        "  mptcp announce 1234:5 10.0.2.2\n"
        "  mptcp announce 0x1a2b3c4d [2001:db8::2]:6000 --id 9");
  return [words] { return announce(*words); };
}

}  // namespace mptcp::program
