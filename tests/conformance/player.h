// SPDX-License-Identifier: MIT
//
// Plays one scenario: its lab, its agents, its steps in order.
//
//   {"client": REQUEST, "ok": PATTERN}       answered so; "keep": "name" keeps it for later steps
//   {"client": REQUEST, "error": KIND}       refused so; also a PATTERN of kind, os_code, message
//   {"client": REQUEST, "eventually": PATTERN}  asked again until it is answered so: what the other
//                                            end did arrives a little later, and nothing tells of
//                                            it
//   {"client": REQUEST, "broken": PATTERN}   something that an agent must not carry out
//   {"together": [STEP, STEP]}               both are asked before either has answered
//   {"path": "1", "becomes": "silent"}       the lab's path changes
//   {"that": "$name", "is": PATTERN}         of what was kept
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent_process.h"
#include "scenario.h"

namespace mptcp::conformance {

struct Language {
  std::string name;
  std::vector<std::string> command;
};

// The end called "client" speaks one language, every other end the other.
struct Speakers {
  const Language& client;
  const Language& others;
};

class Player {
 public:
  Player(const Protocol& protocol, const Scenario& scenario, Speakers speakers);

  // Throws std::runtime_error, which tells step, expectation and answer.
  void play();
  // What the agents said on standard error.
  std::string diagnostics() const;

 private:
  void play(const json& step);
  void ask(const json& step);
  void check(const json& step);
  void ask_until(const json& step);
  void check_answer(const json& step, const json& answer);
  // Why the answer is not what the step expects, or nothing.
  std::optional<std::string> mismatch(const json& step, const json& answer) const;
  void finish_agents(bool (*which)(const End&));
  AgentProcess& agent(const std::string& end);

  const Protocol& protocol_;
  const Scenario& scenario_;
  Speakers speakers_;
  Matcher matcher_;
  json kept_;
  std::optional<Lab> lab_;
  std::map<std::string, Lab> attached_;
  std::map<std::string, std::unique_ptr<AgentProcess>> agents_;
};

}  // namespace mptcp::conformance
