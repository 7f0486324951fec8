// SPDX-License-Identifier: MIT
//
// Plays every scenario with the agents of every language, and those that say so with each pair:
//
//   conductor_test                                  the agents that were built with it
//   conductor_test --agent cpp=build/…/agent_cpp --agent python=tests/conformance/start_python
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <regex>
#include <set>
#include <sstream>

#include "player.h"

namespace mptcp::conformance {
namespace {

struct Suite {
  Protocol protocol;
  std::vector<Scenario> scenarios;
  std::vector<Language> languages;
};

class ScenarioTest : public testing::Test {
 public:
  ScenarioTest(const Suite& suite, const Scenario& scenario, Speakers speakers)
      : player_(suite.protocol, scenario, speakers) {}

  void TestBody() override try { player_.play(); } catch (const std::exception& error) {
    FAIL() << error.what() << "\n" << player_.diagnostics();
  }

 private:
  Player player_;
};

// Every scenario in one language, or with its two ends in two.
void add_test(const Suite& suite, const std::string& group, const Scenario& scenario,
              Speakers speakers) {
  testing::RegisterTest(group.c_str(), scenario.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [&suite, &scenario, speakers]() -> testing::Test* {
                          return new ScenarioTest(suite, scenario, speakers);
                        });
}

void add_tests(const Suite& suite) {
  for (const auto& client : suite.languages) {
    for (const auto& scenario : suite.scenarios) {
      add_test(suite, client.name, scenario, {client, client});
    }
    for (const auto& server : suite.languages) {
      if (&client == &server) continue;
      for (const auto& scenario : suite.scenarios) {
        if (!scenario.in_pairs) continue;
        add_test(suite, client.name + "_to_" + server.name, scenario, {client, server});
      }
    }
  }
}

// --- the list itself
// --------------------------------------------------------------------------------

class ListTest : public testing::Test {
 public:
  explicit ListTest(const Suite& suite, void (*body)(const Suite&)) : suite_(suite), body_(body) {}
  void TestBody() override { body_(suite_); }

 private:
  const Suite& suite_;
  void (*body_)(const Suite&);
};

void collect(const json& step, std::set<std::string>& found) {
  if (!step.is_structured()) return;
  if (step.is_object() && step.contains("do")) found.insert(step["do"].get<std::string>());
  for (const auto& part : step) collect(part, found);
}

void every_request_is_made_by_some_scenario(const Suite& suite) {
  std::set<std::string> made;
  for (const auto& scenario : suite.scenarios) {
    for (const auto& step : scenario.steps) collect(step, made);
  }
  for (const auto& [request, description] : suite.protocol.requests.items()) {
    EXPECT_TRUE(made.contains(request)) << request;
  }
}

void every_kind_of_error_is_raised_by_some_scenario(const Suite& suite) {
  std::set<std::string> raised;
  for (const auto& scenario : suite.scenarios) {
    for (const auto& step : scenario.steps) {
      if (!step.contains("error")) continue;
      const json& error = step["error"];
      const json kind = error.is_object() ? error.value("kind", json()) : error;
      if (kind.is_string()) raised.insert(kind.get<std::string>());
    }
  }
  for (const auto& kind : suite.protocol.shapes["error"]["kind"]["~any_of"]) {
    EXPECT_TRUE(raised.contains(kind)) << kind;
  }
}

void the_documented_requests_are_those_that_there_are(const Suite& suite) {
  std::ifstream file(CONFORMANCE_DIRECTORY "/README.md");
  const std::regex row(R"(^\| `([a-z_]+)` \|)");
  std::set<std::string> documented;
  for (std::string line; std::getline(file, line);) {
    if (std::smatch match; std::regex_search(line, match, row)) documented.insert(match[1]);
  }
  std::set<std::string> known;
  for (const auto& [request, description] : suite.protocol.requests.items()) known.insert(request);
  EXPECT_EQ(documented, known);
}

void no_two_scenarios_have_one_name(const Suite& suite) {
  std::set<std::string> names;
  for (const auto& scenario : suite.scenarios) {
    EXPECT_TRUE(names.insert(scenario.name).second) << scenario.name;
  }
}

void add_list_tests(const Suite& suite) {
#define ADD(body)                                                            \
  testing::RegisterTest("list", #body, nullptr, nullptr, __FILE__, __LINE__, \
                        [&suite]() -> testing::Test* { return new ListTest(suite, body); })
  ADD(every_request_is_made_by_some_scenario);
  ADD(every_kind_of_error_is_raised_by_some_scenario);
  ADD(the_documented_requests_are_those_that_there_are);
  ADD(no_two_scenarios_have_one_name);
#undef ADD
}

Language read_language(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == text.npos) throw std::runtime_error("--agent LANGUAGE=COMMAND, not " + text);
  Language language{text.substr(0, equals), {}};
  std::istringstream words(text.substr(equals + 1));
  for (std::string word; words >> word;) language.command.push_back(word);
  if (language.command.empty()) throw std::runtime_error("no command in " + text);
  return language;
}

Suite read_suite(int argc, char** argv) {
  Suite suite;
  suite.protocol = read_protocol(CONFORMANCE_DIRECTORY);
  suite.scenarios = read_scenarios(CONFORMANCE_DIRECTORY, suite.protocol);
  std::istringstream built(CONFORMANCE_AGENTS);
  if (argc == 1) {
    for (std::string agent; built >> agent;) suite.languages.push_back(read_language(agent));
  }
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) != "--agent")
      throw std::runtime_error(std::string("what is ") + argv[i]);
    suite.languages.push_back(read_language(argv[i + 1]));
  }
  return suite;
}

}  // namespace
}  // namespace mptcp::conformance

int main(int argc, char** argv) try {
  using namespace mptcp::conformance;
  testing::InitGoogleTest(&argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  const Suite suite = read_suite(argc, argv);
  add_list_tests(suite);
  add_tests(suite);
  return RUN_ALL_TESTS();
} catch (const std::exception& error) {
  std::cerr << "conductor_test: " << error.what() << "\n";
  return 2;
}
