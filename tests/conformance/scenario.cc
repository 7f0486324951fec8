// SPDX-License-Identifier: MIT
#include "scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace mptcp::conformance {
namespace {

json read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("can't read " + path.string());
  try {
    return json::parse(file);
  } catch (const json::exception& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
}

void expect_keys(const json& object, std::initializer_list<const char*> known) {
  for (const auto& [key, value] : object.items()) {
    const auto is_key = [&key = key](const char* word) { return key == word; };
    if (std::none_of(known.begin(), known.end(), is_key))
      throw std::runtime_error("what is " + key);
  }
}

LabSpec read_lab(const json& object) {
  expect_keys(object, {"paths", "path_manager", "sysctls"});
  LabSpec spec;
  for (const auto& words : object.at("paths")) {
    spec.paths.push_back(parse_path(words.get<std::string>()).value());
  }
  for (auto& host : spec.hosts) {
    const json manager = object.value("path_manager", json("userspace"));
    host.path_manager = manager.is_object() ? manager.at(host.name) : manager;
    if (object.contains("sysctls") && object["sysctls"].contains(host.name)) {
      host.sysctls = object["sysctls"][host.name];
    }
  }
  return spec;
}

End read_end(const json& object) {
  expect_keys(object, {"host", "lab", "privileges", "environment"});
  return {.host = object.value("host", ""),
          .lab = object.value("lab", ""),
          .privileged = object.value("privileges", "") != "none",
          .environment = object.value("environment", std::vector<std::string>{})};
}

// --- checks
// -----------------------------------------------------------------------------------------

void check_request(const json& request, const Protocol& protocol) {
  const auto name = request.at("do").get<std::string>();
  if (!protocol.requests.contains(name)) throw std::runtime_error("no request \"" + name + "\"");
  std::istringstream words(protocol.requests[name].at("with").get<std::string>());
  std::set<std::string> known{"do"};
  for (std::string word; words >> word;) {
    const bool optional = word.ends_with('?');
    if (optional) word.pop_back();
    known.insert(word);
    if (!optional && !request.contains(word)) throw std::runtime_error(name + " without " + word);
  }
  for (const auto& [key, value] : request.items()) {
    if (!known.contains(key)) throw std::runtime_error(name + " knows no " + key);
  }
  if (name == "start") check_request(request["operation"], protocol);
}

void check_step(const json& step, const Scenario& scenario, const Protocol& protocol) {
  if (step.contains("together")) {
    for (const auto& one : step["together"]) check_step(one, scenario, protocol);
    return;
  }
  if (step.contains("path")) return expect_keys(step, {"path", "becomes", "why"});
  if (step.contains("that")) return expect_keys(step, {"that", "is", "why"});
  const auto end = end_of(step);
  if (!scenario.ends.contains(end)) throw std::runtime_error("no end \"" + end + "\"");
  // An agent has to see through what is wrong on purpose.
  if (!step.contains("broken")) check_request(step[end], protocol);
}

// --- passages
// ---------------------------------------------------------------------------------------

// {"on": END, "ask": REQUEST}, for an end that is a variable, is {END: REQUEST}.
json with_end(json step) {
  if (step.contains("on")) {
    step[step["on"].get<std::string>()] = step["ask"];
    step.erase("on");
    step.erase("ask");
  }
  return step;
}

std::vector<json> expand(const json& steps, const json& passages) {
  std::vector<json> expanded;
  for (const auto& step : steps) {
    if (!step.contains("play")) {
      expanded.push_back(with_end(step));
      continue;
    }
    expect_keys(step, {"play", "with", "why"});
    const json& passage = passages.at(step["play"].get<std::string>());
    json with = passage.value("with", json::object());
    with.update(step.value("with", json::object()));
    for (auto& played : expand(fill_in(passage.at("steps"), with, Unknown::left), passages)) {
      expanded.push_back(std::move(played));
    }
  }
  return expanded;
}

Scenario read_scenario(const json& written, const std::string& name, const json& variables,
                       const json& passages, const Protocol& protocol) {
  const json object = fill_in(written, variables, Unknown::left);
  expect_keys(object, {"name", "lab", "ends", "pairs", "variants", "steps", "why"});
  Scenario scenario{.name = name,
                    .in_pairs = object.value("pairs", false),
                    .variables = variables,
                    .steps = expand(object.at("steps"), passages)};
  if (object.contains("lab")) {
    scenario.lab = read_lab(object["lab"]);
    scenario.ends = {{"client", {.host = "client"}}, {"server", {.host = "server"}}};
  } else {
    scenario.ends = {{"program", {}}};
  }
  const json ends = object.value("ends", json::object());
  for (const auto& [end, value] : ends.items()) scenario.ends[end] = read_end(value);
  for (const auto& step : scenario.steps) check_step(step, scenario, protocol);
  return scenario;
}

void read_all(const json& file, const json& passages, const Protocol& protocol,
              std::vector<Scenario>& scenarios) {
  for (const auto& object : file.at("scenarios")) {
    const auto name = object.at("name").get<std::string>();
    try {
      const json variants = object.value("variants", json{{"", json::object()}});
      for (const auto& [variant, variables] : variants.items()) {
        scenarios.push_back(read_scenario(object, variant.empty() ? name : name + "_" + variant,
                                          variables, passages, protocol));
      }
    } catch (const std::exception& error) {
      throw std::runtime_error("scenario " + name + ": " + error.what());
    }
  }
}

}  // namespace

Protocol read_protocol(const std::string& directory) {
  const json file = read_file(directory + "/protocol.json");
  return {file.at("shapes"), file.at("requests")};
}

std::vector<Scenario> read_scenarios(const std::string& directory, const Protocol& protocol) {
  const json passages = read_file(directory + "/passages.json");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory + "/scenarios")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Scenario> scenarios;
  for (const auto& path : files) read_all(read_file(path), passages, protocol, scenarios);
  return scenarios;
}

std::string end_of(const json& step) {
  for (const auto& [key, value] : step.items()) {
    if (std::none_of(std::begin(step_words), std::end(step_words),
                     [&key = key](const char* word) { return key == word; })) {
      return key;
    }
  }
  throw std::runtime_error("a step that asks nobody: " + step.dump());
}

}  // namespace mptcp::conformance
