// SPDX-License-Identifier: MIT
//
// What an answer is expected to be, as JSON: itself, and words for what is not known before.
//
//   "~number", "~text", "~words", "~truth", "~address", "~anything", "~nothing": of that kind, or
//     null if " or null" follows; words are a text of one line, not empty
//   "#name", "#name or null": a shape of protocol.json, with exactly its keys
//   {"id": 1, …}: an object with at least these keys
//   {"~at_least": 1, "~at_most": 9}: all that these rules say.  Others are ~not, ~any_of;
//     ~holds, of a text; ~address, of one however it is written; ~host, of one whatever its port;
//     ~count, ~each, ~some, ~in_any_order, of a list
//   "$name", "$name.0.id": what was kept under that name, or a part of it
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace mptcp::conformance {

using nlohmann::json;

class Matcher {
 public:
  explicit Matcher(const json& shapes) : shapes_(shapes) {}

  // Where and why the answer is not as expected, or nothing.
  std::optional<std::string> mismatch(const json& expected, const json& answered) const;

 private:
  struct Place;
  void match(const json& expected, const json& answered, const Place& place) const;
  void match_word(const std::string& word, const json& answered, const Place& place) const;
  void match_object(const json& expected, const json& answered, const Place& place) const;
  void match_shape(const json& shape, const json& answered, const Place& place) const;
  void match_list(const json& expected, const json& answered, const Place& place) const;
  void match_rule(const std::string& rule, const json& expected, const json& answered,
                  const Place& place) const;
  void match_any_order(const json& expected, const json& answered, const Place& place) const;
  bool matches(const json& expected, const json& answered, const Place& place) const;

  const json& shapes_;
};

// The same with every "$name" replaced by what `kept` holds.  A name that it does not hold is left
// for later, or throws std::runtime_error.
enum class Unknown { left, refused };
json fill_in(const json& pattern, const json& kept, Unknown unknown);

}  // namespace mptcp::conformance
