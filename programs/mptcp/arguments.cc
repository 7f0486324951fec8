// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <fmt/core.h>
#include <net/if.h>

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

Result<Address> address_from(const std::string& word) { return parse_address(word); }

Result<AddressId> address_id_from(const std::string& word) {
  auto value = to_number<std::uint8_t>(word);
  if (!value) return bad_word(word, "an address id: expected 0 to 255");
  return AddressId{*value};
}

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
