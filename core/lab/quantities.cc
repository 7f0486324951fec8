// SPDX-License-Identifier: MIT
#include "lab/quantities.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include <mptcp/base.h>

namespace mptcp::lab {
namespace {

struct Unit {
  std::string_view word;
  double factor;
};
// From the largest down; a number is written in the largest unit that it reaches.
constexpr Unit rate_units[] = {{"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}};
constexpr Unit time_units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
constexpr Unit byte_units[] = {{"MB", 1e6}, {"kB", 1e3}, {"B", 1}};
constexpr Unit packet_units[] = {{"p", 1}};
constexpr Unit share_units[] = {{"%", 0.01}};

constexpr double most_queued = 1e9;

struct KindWord {
  std::string_view word;
  OptionKinds kinds;
};
constexpr KindWord kind_words[] = {
    {"syn", option_syn},   {"synack", option_synack},     {"join", option_join},
    {"data", option_data}, {"add_addr", option_add_addr},
};

bool is_same_letter(char a, char b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return lower(a) == lower(b);
}

// A number and one of the units, in the base unit; neither negative nor above `most`.
std::optional<double> parse(std::string_view text, std::span<const Unit> units, double most) {
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
  const std::string_view word(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& unit : units) {
    if (!std::equal(word.begin(), word.end(), unit.word.begin(), unit.word.end(), is_same_letter)) {
      continue;
    }
    value *= unit.factor;
    if (value > most) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::string digits(double value) {
  char buffer[64];
  auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return std::string(buffer, end);
}

std::string format(double value, std::span<const Unit> units) {
  auto unit = std::find_if(units.begin(), units.end() - 1,
                           [&](const Unit& candidate) { return value >= candidate.factor; });
  if (value == 0) unit = units.begin() + static_cast<std::ptrdiff_t>(units.size() > 1);
  return digits(value / unit->factor) + std::string(unit->word);
}

template <class Whole>
std::optional<Whole> rounded(std::optional<double> value) {
  if (!value) return std::nullopt;
  return static_cast<Whole>(std::llround(*value));
}

}  // namespace

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  if (text == "unlimited") return 0;
  auto rate = rounded<std::uint64_t>(parse(text, rate_units, static_cast<double>(highest_rate)));
  return rate == std::uint64_t{0} ? std::nullopt : rate;  // nothing passes: say "silent" or "down"
}

std::optional<std::chrono::nanoseconds> parse_time(std::string_view text) {
  auto time =
      rounded<std::int64_t>(parse(text, time_units, static_cast<double>(longest_time.count())));
  if (!time) return std::nullopt;
  return std::chrono::nanoseconds(*time);
}

std::optional<double> parse_share(std::string_view text) { return parse(text, share_units, 1); }

std::optional<QueueLimit> parse_queue(std::string_view text) {
  if (auto time = parse_time(text)) return QueueLimit{*time};
  if (auto bytes = rounded<std::uint64_t>(parse(text, byte_units, most_queued))) {
    return QueueLimit{QueueBytes{*bytes}};
  }
  if (auto packets = rounded<std::uint32_t>(parse(text, packet_units, most_queued))) {
    return QueueLimit{QueuePackets{*packets}};
  }
  return std::nullopt;
}

std::optional<OptionKinds> parse_options(std::string_view text) {
  if (text == "none") return OptionKinds{0};
  if (text == "all") return option_all;
  OptionKinds kinds = 0;
  for (;;) {
    const auto plus = text.find('+');
    const auto word = text.substr(0, plus);
    const auto* known = std::find_if(std::begin(kind_words), std::end(kind_words),
                                     [&](const KindWord& kind) { return kind.word == word; });
    if (known == std::end(kind_words)) return std::nullopt;
    kinds |= known->kinds;
    if (plus == text.npos) return kinds;
    text.remove_prefix(plus + 1);
  }
}

std::optional<bool> parse_switch(std::string_view text) {
  if (text == "on") return true;
  if (text == "off") return false;
  return std::nullopt;
}

std::string format_rate(std::uint64_t rate) {
  return rate == 0 ? "unlimited" : format(static_cast<double>(rate), rate_units);
}

std::string format_time(std::chrono::nanoseconds time) {
  return format(static_cast<double>(time.count()), time_units);
}

std::string format_share(double share) {
  // Percentages have few digits; their hundredth part, in binary, may have many.
  return digits(std::round(share * 1e10) / 1e8) + "%";
}

std::string format_queue(const QueueLimit& queue) {
  if (auto* time = std::get_if<std::chrono::nanoseconds>(&queue)) return format_time(*time);
  if (auto* bytes = std::get_if<QueueBytes>(&queue)) {
    return format(static_cast<double>(number(*bytes)), byte_units);
  }
  return format(number(std::get<QueuePackets>(queue)), packet_units);
}

std::string format_switch(bool on) { return on ? "on" : "off"; }

}  // namespace mptcp::lab

namespace mptcp {

std::string format_options(OptionKinds kinds) {
  if (kinds == option_all) return "all";
  std::string text;
  for (const auto& [word, kind] : lab::kind_words) {
    if ((kinds & kind) == 0) continue;
    if (!text.empty()) text += '+';
    text += word;
  }
  return text.empty() ? "none" : text;
}

}  // namespace mptcp
