// SPDX-License-Identifier: MIT
#include <mptcp/paths.h>

#include "arguments.h"
#include "output.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<std::uint32_t> subflows;
  std::optional<std::uint32_t> add_addr_accepted;
  std::shared_ptr<bool> json;
};

int report(const Limits& limits, bool json) {
  const Record record = {
      count_field("subflows", "subflows", limits.subflows),
      count_field("accepted addresses", "add_addr_accepted", limits.add_addr_accepted),
  };
  if (json) {
    print_json(record);
  } else {
    print(to_lines(record));
  }
  return done;
}

Result<int> set_or_show(const Words& words) {
  auto control = PathControl::direct();
  if (!control) return control.error();
  auto limits = (*control)->limits();
  if (!limits) return limits.error();
  if (words.subflows || words.add_addr_accepted) {
    limits->subflows = words.subflows.value_or(limits->subflows);
    limits->add_addr_accepted = words.add_addr_accepted.value_or(limits->add_addr_accepted);
    auto set = (*control)->set_limits(*limits);
    if (!set) return set.error();
  }
  return report(*limits, *words.json);
}

Run define_set_limits(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_value(verb, {"--subflows", "N", "Subflows that it may have beside its first"},
            words->subflows, number_from);
  add_value(verb, {"--add-addr-accepted", "N", "Announced addresses that a connection may join"},
            words->add_addr_accepted, number_from);
  words->json = add_json_flag(verb);
  check(verb, [words]() -> std::optional<std::string> {
    if (words->subflows || words->add_addr_accepted) return std::nullopt;
    return "one of --subflows and --add-addr-accepted is required";
  });
  teach(verb, "What is not named stays.\n\nExamples:\n  mptcp limits set --subflows 4");
  return [words] { return set_or_show(*words); };
}

constexpr Verb verbs[] = {
    {"show", "The limits as they are", define_limits},
    {"set", "Change them", define_set_limits},
};

}  // namespace

Run define_limits(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  words->json = add_json_flag(verb);
  teach(verb, "Examples:\n  mptcp limits show\n  mptcp limits set --subflows 4");
  return [words] { return set_or_show(*words); };
}

std::span<const Verb> limits_verbs() { return verbs; }

}  // namespace mptcp::program
