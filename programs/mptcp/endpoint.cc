// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "arguments.h"
#include "records.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct FlagWord {
  EndpointFlag flag;
  const char* word;
  const char* meaning;  // null: the kernel sets it, nobody asks for it
};
constexpr FlagWord flag_words[] = {
    {endpoint_signal, "signal", "Announce the address to peers"},
    {endpoint_subflow, "subflow", "Open subflows from the address"},
    {endpoint_backup, "backup", "Its subflows are backups"},
    {endpoint_fullmesh, "fullmesh", "Open them to every address of the peer"},
    {endpoint_implicit, "implicit", nullptr},
    {endpoint_laminar, "laminar", "Use it for the peer's announced addresses only"},
};

// The bits whose flags were given on the command line.
std::uint32_t bits_of(const std::map<std::uint32_t, bool>& flags) {
  std::uint32_t bits = 0;
  for (auto [bit, given] : flags) bits |= given ? bit : 0;
  return bits;
}

// Bits without a word are shown raw.
std::vector<std::string> words_of(std::uint32_t flags) {
  std::vector<std::string> words;
  for (const FlagWord& known : flag_words) {
    if ((flags & known.flag) != 0) words.emplace_back(known.word);
    flags &= ~std::uint32_t{known.flag};
  }
  if (flags != 0) words.push_back(fmt::format("{:#x}", flags));
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Record endpoint_record(const Endpoint& endpoint) {
  const std::vector<std::string> words = words_of(endpoint.flags);
  Field flags = text_field("FLAGS", "flags", joined(words));
  flags.value = words;
  const bool bound = endpoint.interface != InterfaceIndex{};
  return {
      count_field("ID", "id", number(endpoint.id)),
      address_field("ADDRESS", "address", endpoint.address),
      text_field("INTERFACE", "interface", bound ? interface_text(endpoint.interface) : ""),
      flags,
  };
}

// Every verb here needs a PathControl and nothing else.
template <class Action>
Result<int> with_control(Action action) {
  auto control = PathControl::direct();
  if (!control) return control.error();
  return action(**control);
}

Result<Endpoint> find_endpoint(PathControl& control, AddressId id) {
  auto endpoints = control.list_endpoints();
  if (!endpoints) return endpoints.error();
  for (const Endpoint& endpoint : *endpoints) {
    if (endpoint.id == id) return endpoint;
  }
  return Error{ErrorKind::not_found, 0, fmt::format("there is no endpoint {}", number(id))};
}

Run define_list_endpoints(CLI::App& verb) {
  auto json = add_json_flag(verb);
  teach(verb, "Examples:\n  mptcp endpoint list\n  mptcp endpoint list --json");
  return [json] {
    return with_control([&](PathControl& control) -> Result<int> {
      auto endpoints = control.list_endpoints();
      if (!endpoints) return endpoints.error();
      std::vector<Record> records;
      for (const Endpoint& endpoint : *endpoints) records.push_back(endpoint_record(endpoint));
      if (*json) {
        print_json({value_field("endpoints", std::move(records))});
      } else {
        print(records.empty() ? "No endpoints.\n" : to_table(records));
      }
      return done;
    });
  };
}

struct AddWords {
  std::optional<Address> address;
  std::optional<AddressId> id;
  std::optional<InterfaceIndex> interface;
  std::map<std::uint32_t, bool> flags;
  std::shared_ptr<bool> json;
};

Endpoint endpoint_of(const AddWords& words) {
  return {words.id.value_or(AddressId{}), *words.address,
          words.interface.value_or(InterfaceIndex{}), bits_of(words.flags)};
}

Result<int> add_endpoint(const AddWords& words) {
  return with_control([&](PathControl& control) -> Result<int> {
    auto id = control.add_endpoint(endpoint_of(words));
    if (!id) return id.error();
    if (*words.json) {
      print_json({count_field("", "id", number(*id))});
    } else {
      print(fmt::format("added endpoint {}: {}\n", number(*id), format(*words.address)));
    }
    return done;
  });
}

Run define_add_endpoint(CLI::App& verb) {
  auto words = std::make_shared<AddWords>();
  add_value(verb, {"ADDRESS", "", "An address of this host; port optional"}, words->address,
            address_from, Presence::required);
  add_value(verb, {"--id", "ID", "1 to 255 (allotted when left out)"}, words->id, address_id_from);
  add_value(verb, {"--dev", "INTERFACE", "The interface to use"}, words->interface, interface_from);
  for (const FlagWord& known : flag_words) {
    if (known.meaning == nullptr) continue;
    add_flag(verb, std::string("--") + known.word, words->flags[known.flag], known.meaning);
  }
  words->json = add_json_flag(verb);
  teach(verb,
        "Examples:\n"
        "  mptcp endpoint add 10.0.2.1 --subflow\n"
        "  mptcp endpoint add 10.0.2.2:6000 --signal --id 9 --dev eth1");
  return [words] { return add_endpoint(*words); };
}

struct ChangeWords {
  std::optional<AddressId> id;
  std::map<std::uint32_t, bool> set;
  std::map<std::uint32_t, bool> cleared;
};

Result<int> change_endpoint(const ChangeWords& words) {
  return with_control([&](PathControl& control) -> Result<int> {
    auto endpoint = find_endpoint(control, *words.id);
    if (!endpoint) return endpoint.error();
    const std::uint32_t flags = (endpoint->flags | bits_of(words.set)) & ~bits_of(words.cleared);
    auto changed = control.change_endpoint(*words.id, flags);
    if (!changed) return changed.error();
    print(fmt::format("endpoint {} is now: {}\n", number(*words.id), joined(words_of(flags))));
    return done;
  });
}

std::optional<std::string> complaint(const ChangeWords& words) {
  if ((bits_of(words.set) & bits_of(words.cleared)) != 0) return "yes and no to the same flag";
  if ((bits_of(words.set) | bits_of(words.cleared)) != 0) return std::nullopt;
  return "one of --backup, --no-backup, --fullmesh and --no-fullmesh is required";
}

Run define_change_endpoint(CLI::App& verb) {
  auto words = std::make_shared<ChangeWords>();
  add_value(verb, {"ID", "", "The endpoint's id"}, words->id, address_id_from, Presence::required);
  for (const FlagWord& known : flag_words) {
    if (known.flag != endpoint_backup && known.flag != endpoint_fullmesh) continue;
    add_flag(verb, std::string("--") + known.word, words->set[known.flag], known.meaning);
    add_flag(verb, std::string("--no-") + known.word, words->cleared[known.flag], "No longer");
  }
  check(verb, [words] { return complaint(*words); });
  teach(verb, "Examples:\n  mptcp endpoint change 2 --backup");
  return [words] { return change_endpoint(*words); };
}

Run define_remove_endpoint(CLI::App& verb) {
  auto id = std::make_shared<std::optional<AddressId>>();
  add_value(verb, {"ID", "", "The endpoint's id"}, *id, address_id_from, Presence::required);
  teach(verb, "Examples:\n  mptcp endpoint remove 2");
  return [id] {
    return with_control([&](PathControl& control) -> Result<int> {
      auto removed = control.remove_endpoint(**id);
      if (!removed) return removed.error();
      print(fmt::format("removed endpoint {}\n", number(**id)));
      return done;
    });
  };
}

Run define_flush_endpoints(CLI::App& verb) {
  teach(verb, "Examples:\n  mptcp endpoint flush");
  return [] {
    return with_control([](PathControl& control) -> Result<int> {
      auto flushed = control.flush_endpoints();
      if (!flushed) return flushed.error();
      print("removed every endpoint\n");
      return done;
    });
  };
}

constexpr Verb verbs[] = {
    {"list", "The endpoints of this network namespace", define_list_endpoints},
    {"add", "Add an address for the kernel's path manager to use", define_add_endpoint},
    {"change", "Set or clear backup and fullmesh", define_change_endpoint},
    {"remove", "Remove one, and close its subflows", define_remove_endpoint},
    {"flush", "Remove them all", define_flush_endpoints},
};

}  // namespace

std::span<const Verb> endpoint_verbs() { return verbs; }

}  // namespace mptcp::program
