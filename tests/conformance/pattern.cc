// SPDX-License-Identifier: MIT
#include "pattern.h"

#include <algorithm>
#include <stdexcept>

#include <mptcp/base.h>

namespace mptcp::conformance {
namespace {

// Thrown and caught in this file only.
struct Mismatch {
  std::string why;
};

std::optional<Address> address_of(const json& value) {
  if (!value.is_string()) return std::nullopt;
  auto parsed = parse_address(value.get<std::string>());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

bool is_words(const json& value) {
  return value.is_string() && value != "" &&
         value.get<std::string>().find('\n') == std::string::npos;
}

bool is_of_kind(const std::string& kind, const json& value) {
  if (kind == "number") return value.is_number_integer();
  if (kind == "text") return value.is_string();
  if (kind == "words") return is_words(value);
  if (kind == "truth") return value.is_boolean();
  if (kind == "address") return address_of(value).has_value();
  if (kind == "anything") return true;
  if (kind == "nothing") return false;
  throw std::runtime_error("no kind of value: ~" + kind);
}

// Takes " or null" off.
bool take_or_null(std::string& word) {
  constexpr std::string_view ending = " or null";
  if (!word.ends_with(ending)) return false;
  word.resize(word.size() - ending.size());
  return true;
}

bool is_rule_object(const json& expected) {
  return !expected.empty() && expected.begin().key().starts_with('~');
}

}  // namespace

struct Matcher::Place {
  std::string path;
  Place operator/(const std::string& step) const {
    return {path.empty() ? step : path + "." + step};
  }
  [[noreturn]] void refuse(const json& expected, const json& answered) const {
    throw Mismatch{(path.empty() ? "" : path + ": ") + "expected " + expected.dump() +
                   ", answered " + answered.dump()};
  }
};

std::optional<std::string> Matcher::mismatch(const json& expected, const json& answered) const {
  try {
    match(expected, answered, {});
    return std::nullopt;
  } catch (const Mismatch& mismatch) {
    return mismatch.why;
  }
}

bool Matcher::matches(const json& expected, const json& answered, const Place& place) const {
  try {
    match(expected, answered, place);
    return true;
  } catch (const Mismatch&) {
    return false;
  }
}

void Matcher::match(const json& expected, const json& answered, const Place& place) const {
  if (expected.is_string()) return match_word(expected.get<std::string>(), answered, place);
  if (expected.is_object()) return match_object(expected, answered, place);
  if (expected.is_array()) return match_list(expected, answered, place);
  if (expected != answered) place.refuse(expected, answered);
}

void Matcher::match_word(const std::string& word, const json& answered, const Place& place) const {
  std::string kind = word;
  if (!word.starts_with('~') && !word.starts_with('#')) {
    if (answered != word) place.refuse(word, answered);
    return;
  }
  if (take_or_null(kind) && answered.is_null()) return;
  if (kind.starts_with('#')) return match_shape(shapes_.at(kind.substr(1)), answered, place);
  if (!is_of_kind(kind.substr(1), answered)) place.refuse(word, answered);
}

void Matcher::match_object(const json& expected, const json& answered, const Place& place) const {
  if (is_rule_object(expected)) {
    for (const auto& [rule, value] : expected.items()) match_rule(rule, value, answered, place);
    return;
  }
  if (!answered.is_object()) place.refuse(expected, answered);
  for (const auto& [key, value] : expected.items()) {
    if (!answered.contains(key)) place.refuse("a key " + key, answered);
    match(value, answered[key], place / key);
  }
}

void Matcher::match_shape(const json& shape, const json& answered, const Place& place) const {
  match(shape, answered, place);
  if (!shape.is_object() || is_rule_object(shape)) return;
  for (const auto& [key, value] : answered.items()) {
    if (!shape.contains(key)) place.refuse("no key " + key, answered);
  }
}

void Matcher::match_list(const json& expected, const json& answered, const Place& place) const {
  if (!answered.is_array() || answered.size() != expected.size()) place.refuse(expected, answered);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    match(expected[i], answered[i], place / std::to_string(i));
  }
}

void Matcher::match_rule(const std::string& rule, const json& expected, const json& answered,
                         const Place& place) const {
  const auto require = [&](bool holds) {
    if (!holds) place.refuse({{rule, expected}}, answered);
  };
  if (rule == "~at_least") return require(answered.is_number() && answered >= expected);
  if (rule == "~at_most") return require(answered.is_number() && answered <= expected);
  if (rule == "~not") return require(!matches(expected, answered, place));
  if (rule == "~holds") {
    return require(answered.is_string() && answered.get<std::string>().find(
                                               expected.get<std::string>()) != std::string::npos);
  }
  if (rule == "~address" || rule == "~host") {
    const auto wanted = address_of(expected);
    const auto found = address_of(answered);
    return require(wanted && found &&
                   (rule == "~host" ? wanted->same_host(*found) : *wanted == *found));
  }
  if (rule == "~any_of") {
    return require(std::any_of(expected.begin(), expected.end(),
                               [&](const json& one) { return matches(one, answered, place); }));
  }
  require(answered.is_array());
  if (rule == "~count") return match(expected, answered.size(), place / "count");
  if (rule == "~in_any_order") return match_any_order(expected, answered, place);
  if (rule == "~each") {
    for (std::size_t i = 0; i < answered.size(); ++i) {
      match(expected, answered[i], place / std::to_string(i));
    }
    return;
  }
  if (rule == "~some") {
    return require(std::any_of(answered.begin(), answered.end(),
                               [&](const json& one) { return matches(expected, one, place); }));
  }
  throw std::runtime_error("no rule " + rule);
}

void Matcher::match_any_order(const json& expected, const json& answered,
                              const Place& place) const {
  json left = answered;
  for (const auto& one : expected) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const json& candidate) {
      return matches(one, candidate, place);
    });
    if (found == left.end()) place.refuse(one, left);
    left.erase(found);
  }
  if (!left.empty()) place.refuse("nothing more", left);
}

json fill_in(const json& pattern, const json& kept, Unknown unknown) {
  if (pattern.is_string()) {
    const auto text = pattern.get<std::string>();
    if (!text.starts_with('$')) return pattern;
    std::string pointer = "/" + text.substr(1);
    for (char& letter : pointer) {
      if (letter == '.') letter = '/';
    }
    const json::json_pointer where(pointer);
    if (kept.contains(where)) return kept[where];
    if (unknown == Unknown::left) return pattern;
    throw std::runtime_error("nothing was kept as " + text);
  }
  json filled = pattern;
  if (filled.is_structured()) {
    for (auto& part : filled) part = fill_in(part, kept, unknown);
  }
  return filled;
}

}  // namespace mptcp::conformance
