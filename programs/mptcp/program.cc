// SPDX-License-Identifier: MIT
#include "program.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "completion.h"

namespace mptcp::program {
namespace {

constexpr const char* description = "See and steer the paths of Multipath TCP connections";
constexpr const char* footer =
    "CONNECTION is a token, PID:FD, PID, LOCAL-REMOTE, or an address of it: mptcp help show.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage.";

// CLI11's help, with the value's name alone beside an option: what else it would say there, the
// description says.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(28);
    label("Positionals", "Arguments");
    label("OPTIONS", "OPTION...");
    label("SUBCOMMAND", "VERB");
  }

 private:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\n" + CLI::Formatter::make_usage(app, std::move(name));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const bool takes_value = option->get_type_size() != 0 && option->nonpositional();
    return takes_value ? " " + option->get_type_name() : "";
  }
};

bool is_extra(const CLI::ParseError& error) {
  return error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
}

// One line for what is wrong with the words, in the name of the verb they were meant for.
std::string explain(const CLI::ParseError& error, const CLI::App& app) {
  const CLI::App& verb = named_verb(app);
  std::string text = error.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (const auto extra = app.remaining(true); is_extra(error) && !extra.empty()) {
    text = fmt::format("unexpected \"{}\"", extra.front());
  }
  return fmt::format("{}: {} (see {} --help)", full_name(verb), text, full_name(verb));
}

}  // namespace

const CLI::App& named_verb(const CLI::App& app) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().front();
  return *verb;
}

std::string full_name(const CLI::App& verb) {
  const CLI::App* parent = verb.get_parent();
  return parent == nullptr ? verb.get_name() : full_name(*parent) + " " + verb.get_name();
}

std::string help_text(const CLI::App& verb) {
  // help() itself adds the verb's own name to what it is given.
  const CLI::App* parent = verb.get_parent();
  return verb.help(parent == nullptr ? "" : full_name(*parent));
}

Program::Program(std::span<const Verb> verbs) : app_(description, "mptcp") {
  app_.formatter(std::make_shared<HelpFormatter>());
  app_.set_help_flag("-h,--help", "Print this help");
  app_.set_version_flag("--version", "mptcp " LIBMPTCP_VERSION, "Print the version");
  app_.add_option("--completion", shell_)->check(CLI::IsMember({"bash"}))->group("");
  app_.add_option("--candidates", candidates_of_)->group("");
  app_.footer(footer);
  add(app_, verbs);
}

void Program::add(CLI::App& parent, std::span<const Verb> verbs) {
  parent.require_subcommand(0, 1);
  for (const Verb& verb : verbs) {
    CLI::App& app = *parent.add_subcommand(verb.name, verb.summary);
    app.group("Verbs");
    if (verb.verbs != nullptr) add(app, verb.verbs());
    if (verb.define != nullptr) runs_[&app] = verb.define(app);
  }
}

int Program::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", help_text(named_verb(app_)));
    return done;
  } catch (const CLI::CallForVersion& version) {
    fmt::print("{}\n", version.what());
    return done;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}\n", explain(error, app_));
    return usage;
  }
  return complete() ? done : run_verb();
}

bool Program::complete() {
  if (!shell_.empty()) fmt::print("{}", bash_completion(app_));
  if (!candidates_of_.empty()) {
    for (const std::string& word : candidates(candidates_of_)) fmt::print("{}\n", word);
  }
  return !shell_.empty() || !candidates_of_.empty();
}

int Program::run_verb() {
  const CLI::App& verb = named_verb(app_);
  auto found = runs_.find(&verb);
  if (found == runs_.end()) {
    fmt::print(stderr, "{}", help_text(verb));
    return usage;
  }
  Result<int> outcome = found->second();
  if (outcome) return *outcome;
  fmt::print(stderr, "mptcp: {}\n", outcome.error().message);
  return refused;
}

}  // namespace mptcp::program
