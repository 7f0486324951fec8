// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <fmt/core.h>
#include <net/if.h>

#include <CLI/CLI.hpp>
#include <charconv>

namespace mptcp::program {
namespace {

Error bad_word(const std::string& word, const std::string& expected) {
  return {ErrorKind::invalid_argument, 0, fmt::format("\"{}\" is not {}", word, expected)};
}

template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr Unit units[] = {{"ms", 1}, {"s", 1000}, {"min", 60'000}};

}  // namespace

void add_word(CLI::App& verb, const WordName& name, Presence presence, TakeWord take) {
  auto read = [take = std::move(take), name = name.name](const std::string& word) {
    if (auto wrong = take(word)) throw CLI::ValidationError(name, *wrong);
  };
  auto read_all = [read](const std::vector<std::string>& words) {
    for (const std::string& word : words) read(word);
  };
  CLI::Option* option =
      presence == Presence::repeatable
          ? verb.add_option_function<std::vector<std::string>>(name.name, read_all)
          : verb.add_option_function<std::string>(name.name, read);
  option->description(name.description)
      ->type_name(name.value)
      ->required(presence == Presence::required);
  // An option that may be repeated takes one word each time: what follows is no part of it.
  if (option->nonpositional()) option->allow_extra_args(false);
}

void add_flag(CLI::App& verb, const std::string& name, bool& set, const std::string& description) {
  verb.add_flag_function(
      name, [&set](std::int64_t) { set = true; }, description);
}

void check(CLI::App& verb, std::function<std::optional<std::string>()> complaint) {
  verb.callback([complaint = std::move(complaint)] {
    if (auto wrong = complaint()) throw CLI::ValidationError(*wrong);
  });
}

void teach(CLI::App& verb, const std::string& text) { verb.footer(text); }

void add_connection(CLI::App& verb, std::optional<ConnectionName>& target) {
  add_value(verb, {"CONNECTION", "", "Token, PID:FD, PID, LOCAL-REMOTE or address"}, target,
            connection_name_from, Presence::required);
}

void add_subflow(CLI::App& verb, std::optional<SubflowName>& target) {
  add_value(verb, {"SUBFLOW", "", "Its id, LOCAL-REMOTE or an address of it"}, target,
            subflow_name_from, Presence::required);
}

std::shared_ptr<std::optional<std::chrono::milliseconds>> add_timeout(CLI::App& verb) {
  auto timeout = std::make_shared<std::optional<std::chrono::milliseconds>>(5000);
  add_value(verb, {"--timeout", "TIME", "Give up after it (5s when left out)"}, *timeout,
            duration_from);
  return timeout;
}

std::shared_ptr<bool> add_json_flag(CLI::App& verb) {
  auto json = std::make_shared<bool>(false);
  add_flag(verb, "--json", *json, "For programs: JSON instead of text");
  return json;
}

Result<Address> address_from(const std::string& word) { return parse_address(word); }

Result<AddressId> address_id_from(const std::string& word) {
  auto value = to_number<std::uint8_t>(word);
  if (!value) return bad_word(word, "an address id: expected 0 to 255");
  return AddressId{*value};
}

Result<EventKind> event_kind_from(const std::string& word) { return parse_event_kind(word); }

Result<InterfaceIndex> interface_from(const std::string& word) {
  unsigned index = ::if_nametoindex(word.c_str());
  char name[IF_NAMESIZE];
  if (index == 0) {
    index = to_number<std::uint32_t>(word).value_or(0);
    if (index == 0 || ::if_indextoname(index, name) == nullptr) {
      return bad_word(word, "an interface of this network namespace");
    }
  }
  return InterfaceIndex{index};
}

Result<std::chrono::milliseconds> duration_from(const std::string& word) {
  const std::size_t split = word.find_first_not_of("0123456789.");
  const std::string_view digits = std::string_view(word).substr(0, split);
  const auto amount = to_number<double>(digits);
  constexpr double longest = 24 * 3600 * 1000.0;
  for (const Unit& unit : units) {
    if (!amount || split == word.npos || unit.name != std::string_view(word).substr(split))
      continue;
    const double milliseconds = *amount * unit.milliseconds;
    if (milliseconds < 1 || milliseconds > longest) break;
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
  }
  return bad_word(word, "a time from 1ms to a day: expected a number with ms, s or min");
}

Result<std::uint32_t> number_from(const std::string& word) {
  auto value = to_number<std::uint32_t>(word);
  if (!value) return bad_word(word, "a number");
  return *value;
}

}  // namespace mptcp::program
