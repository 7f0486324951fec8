// SPDX-License-Identifier: MIT
#include "program.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "completion.h"
#include "output.h"
#include "terminal.h"

namespace mptcp::program {
namespace {

constexpr const char* description = "See and steer the paths of Multipath TCP connections";
constexpr const char* footer =
    "CONNECTION is a token, PID:FD, PID, LOCAL-REMOTE or an address: mptcp help show.\n\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage.";

constexpr std::size_t help_columns = 80;

// Paragraphs fill the lines; what is indented or follows an empty line begins a new one.
std::string filled(const std::string& text) {
  std::string out;
  std::string paragraph;
  auto flush = [&] {
    if (!paragraph.empty()) out += wrapped(paragraph, 0, 0, help_columns);
    paragraph.clear();
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != ' ') {
      paragraph += (paragraph.empty() ? "" : " ") + line;
      continue;
    }
    flush();
    out += line + "\n";
  }
  flush();
  return out;
}

// CLI11's help, with the value's name alone beside an option: what else it would say there, the
// description says.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(26);
    label("Positionals", "Arguments");
    label("OPTIONS", "OPTION...");
    label("SUBCOMMAND", "VERB");
  }

 private:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\n" + CLI::Formatter::make_usage(app, std::move(name));
  }
  std::string make_footer(const CLI::App* app) const override { return filled(app->get_footer()); }
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
  // App::help() would show the verb that was called, which may be `help`.
  return verb.get_formatter()->make_help(&verb, full_name(verb), CLI::AppFormatMode::Normal);
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
    app.footer("");  // CLI11 would hand the parent's down
    if (verb.verbs != nullptr) add(app, verb.verbs());
    if (verb.define != nullptr) runs_[&app] = verb.define(app);
  }
}

int Program::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print(help_text(named_verb(app_)));
    return done;
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return done;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}\n", explain(error, app_));
    return usage;
  }
  return complete() ? done : run_verb();
}

bool Program::complete() {
  if (!shell_.empty()) print(bash_completion(app_));
  if (!candidates_of_.empty()) {
    for (const std::string& word : candidates(candidates_of_)) print(word + "\n");
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
  if (outcome && output_is_lost()) {
    outcome = Error{ErrorKind::system, 0, "the output could not be written"};
  }
  if (outcome) return *outcome;
  fmt::print(stderr, "mptcp: {}\n", outcome.error().message);
  return refused;
}

}  // namespace mptcp::program
