// SPDX-License-Identifier: MIT
//
// The list of scenarios, as it was read and checked: variants told apart, passages put in place.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <mptcp/lab.h>

#include "pattern.h"

namespace mptcp::conformance {

// What requests there are, and how they are answered: protocol.json.
struct Protocol {
  json shapes;
  json requests;
};

// Who is asked.
struct End {
  std::string host;  // empty: outside any lab
  std::string lab;   // by name: one that an agent made; else the scenario's own
  bool privileged = true;
  std::vector<std::string> environment;  // "NAME=value"
};

struct Scenario {
  std::string name;
  bool in_pairs = false;  // also with each end in another language
  std::optional<LabSpec> lab;
  std::map<std::string, End> ends;
  json variables;
  std::vector<json> steps;
};

Protocol read_protocol(const std::string& directory);
// Throws std::runtime_error, naming the scenario, on anything that the protocol does not have.
std::vector<Scenario> read_scenarios(const std::string& directory, const Protocol& protocol);

// The ends and expectations of a step.
inline constexpr const char* step_words[] = {"ok", "error", "broken", "eventually", "keep", "why"};
// The end that a step asks: its one key that is no word of steps.
std::string end_of(const json& step);

}  // namespace mptcp::conformance
