// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "output.h"
#include "program.h"
#include "verbs.h"

namespace mptcp::program {

Run define_help(CLI::App& verb) {
  auto topic = std::make_shared<const CLI::App*>(verb.get_parent());
  auto find = [topic](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      auto named = [&](const CLI::App* app) { return app->check_name(word); };
      const auto verbs = (*topic)->get_subcommands(named);
      if (verbs.empty()) {
        throw CLI::ValidationError(fmt::format("{} has no verb \"{}\"", full_name(**topic), word));
      }
      *topic = verbs.front();
    }
  };
  verb.add_option_function<std::vector<std::string>>("VERB", find,
                                                     "The verb, and its own verb if it has some");
  verb.footer("Examples:\n  mptcp help open\n  mptcp help endpoint add");
  return [topic]() -> Result<int> {
    print(help_text(**topic));
    return done;
  };
}

}  // namespace mptcp::program
