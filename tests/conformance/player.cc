// SPDX-License-Identifier: MIT
#include "player.h"

#include <unistd.h>

#include <stdexcept>

namespace mptcp::conformance {
namespace {

constexpr auto patience = std::chrono::seconds(10);

// Free for this one run: scenarios are played side by side.
std::string unique_name() {
  static int count = 0;
  return "conformance-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

}  // namespace

Player::Player(const Protocol& protocol, const Scenario& scenario, Speakers speakers)
    : protocol_(protocol),
      scenario_(scenario),
      speakers_(speakers),
      matcher_(protocol.shapes),
      kept_(scenario.variables) {
  kept_["unique"] = unique_name();
  kept_["language"] = speakers.client.name;
  kept_["version"] = LIBMPTCP_VERSION;
}

void Player::play() {
  if (scenario_.lab) lab_.emplace(Lab::start(*scenario_.lab).value());
  int count = 0;
  for (const auto& step : scenario_.steps) {
    ++count;
    try {
      play(step);
    } catch (const std::exception& error) {
      throw std::runtime_error("step " + std::to_string(count) + " of " +
                               std::to_string(scenario_.steps.size()) + ": " + step.dump() + "\n" +
                               error.what());
    }
  }
  // A lab that an agent made ends with it, and so do the agents in there.
  finish_agents([](const End& where) { return !where.lab.empty(); });
  finish_agents([](const End& where) { return where.lab.empty(); });
}

void Player::finish_agents(bool (*which)(const End&)) {
  for (auto& [end, agent] : agents_) {
    if (!which(scenario_.ends.at(end))) continue;
    try {
      agent->finish();
    } catch (const std::exception& error) {
      throw std::runtime_error("the agent of " + end + " " + error.what());
    }
  }
}

std::string Player::diagnostics() const {
  std::string text;
  for (const auto& [end, agent] : agents_) {
    const auto said = agent->standard_error();
    if (!said.empty()) text += "standard error of " + end + ":\n" + said + "\n";
  }
  return text;
}

void Player::play(const json& step) {
  if (step.contains("together")) {
    for (const auto& one : step["together"]) ask(one);
    for (const auto& one : step["together"]) check(one);
  } else if (step.contains("path")) {
    const auto change = parse_change(step["becomes"].get<std::string>()).value();
    lab_->change(step["path"].get<std::string>(), change).value();
  } else if (step.contains("that")) {
    const auto expected = fill_in(step["is"], kept_, Unknown::refused);
    const auto found = fill_in(step["that"], kept_, Unknown::refused);
    if (auto why = matcher_.mismatch(expected, found)) throw std::runtime_error(*why);
  } else if (step.contains("eventually")) {
    ask_until(step);
  } else {
    ask(step);
    check(step);
  }
}

void Player::ask(const json& step) {
  const auto end = end_of(step);
  if (step[end].is_string()) return agent(end).ask_line(step[end].get<std::string>());
  agent(end).ask(fill_in(step[end], kept_, Unknown::refused));
}

void Player::check(const json& step) { check_answer(step, agent(end_of(step)).answer()); }

// The round trip to the agent is the pace.
void Player::ask_until(const json& step) {
  const auto deadline = Deadline::Clock::now() + patience;
  for (;;) {
    ask(step);
    const json answer = agent(end_of(step)).answer();
    if (Deadline::Clock::now() > deadline || !mismatch(step, answer)) {
      return check_answer(step, answer);
    }
  }
}

std::optional<std::string> Player::mismatch(const json& step, const json& answer) const {
  const auto& [key, expected] = [&]() -> std::pair<std::string, json> {
    if (step.contains("broken")) return {"broken", step["broken"]};
    if (step.contains("error")) {
      const json& error = step["error"];
      return {"error", error.is_string() ? json{{"kind", error}} : error};
    }
    return {"ok", step.value(step.contains("eventually") ? "eventually" : "ok", json("~anything"))};
  }();
  if (!answer.is_object() || answer.size() != 1 || !answer.contains(key)) {
    return "expected " + key + " " + expected.dump() + ", answered " + answer.dump();
  }
  if (key == "broken") return matcher_.mismatch(expected, answer[key]);
  const auto request = step[end_of(step)]["do"].get<std::string>();
  const json shape = key == "error" ? json("#error") : protocol_.requests[request]["ok"];
  // A named shape has exactly its keys, whatever the step looks at.
  if (auto why = matcher_.mismatch(shape, answer[key])) return "not as the protocol says: " + *why;
  return matcher_.mismatch(fill_in(expected, kept_, Unknown::refused), answer[key]);
}

void Player::check_answer(const json& step, const json& answer) {
  if (auto why = mismatch(step, answer)) {
    throw std::runtime_error("answered " + answer.dump() + "\nbut " + *why);
  }
  if (step.contains("keep")) kept_[step["keep"].get<std::string>()] = answer.at("ok");
}

AgentProcess& Player::agent(const std::string& end) {
  if (auto found = agents_.find(end); found != agents_.end()) return *found->second;
  const End& where = scenario_.ends.at(end);
  const Lab* lab = where.host.empty() ? nullptr : &*lab_;
  if (!where.lab.empty()) {
    const auto name = fill_in(where.lab, kept_, Unknown::refused).get<std::string>();
    lab = &attached_.emplace(end, Lab::attach(name).value()).first->second;
  }
  std::vector<std::string> command;
  if (!where.privileged) {
    command = {"setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"};
  }
  if (!where.environment.empty()) {
    command.emplace_back("env");
    command.insert(command.end(), where.environment.begin(), where.environment.end());
  }
  const auto& language = end == "client" ? speakers_.client : speakers_.others;
  command.insert(command.end(), language.command.begin(), language.command.end());
  auto process = std::make_unique<AgentProcess>(command, lab, where.host);
  return *agents_.emplace(end, std::move(process)).first->second;
}

}  // namespace mptcp::conformance
