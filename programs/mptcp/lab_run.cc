// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "lab.h"
#include "lab_file.h"

namespace mptcp::program {
namespace {

// Adds an option that may be repeated.
void add_reader(CLI::App& verb, const WordName& name,
                std::function<Result<void>(const std::string&)> read) {
  add_word(verb, name, Presence::repeatable,
           [read = std::move(read)](const std::string& word) -> std::optional<std::string> {
             auto taken = read(word);
             if (taken) return std::nullopt;
             return taken.error().message;
           });
}

// "userspace" is for every host, "client=userspace" for one.
Result<void> set_in_hosts(LabSpec& spec, const std::string& word, std::string HostSpec::*property) {
  const auto equals = word.find('=');
  const auto name = equals == word.npos ? "" : word.substr(0, equals);
  bool found = false;
  for (auto& host : spec.hosts) {
    if (!name.empty() && host.name != name) continue;
    host.*property = word.substr(equals == word.npos ? 0 : equals + 1);
    found = true;
  }
  if (found) return {};
  return Error{ErrorKind::invalid_argument, 0, "the lab has no host \"" + name + "\""};
}

void add_spec(CLI::App& verb, const std::shared_ptr<LabSpec>& spec) {
  add_reader(verb, {"--file", "FILE", "Hosts and paths as TOML: docs/lab.md"},
             [spec](const std::string& word) { return read_lab_file(word, *spec); });
  add_reader(verb, {"--path", "WORDS", "A path from client to server; may be repeated"},
             [spec](const std::string& word) -> Result<void> {
               auto path = parse_path(word);
               if (!path) return path.error();
               spec->paths.push_back(std::move(*path));
               return {};
             });
  add_reader(verb, {"--manager", "[HOST=]NAME", "The path manager: kernel or userspace"},
             [spec](const std::string& word) {
               return set_in_hosts(*spec, word, &HostSpec::path_manager);
             });
  add_reader(verb, {"--congestion", "[HOST=]NAME", "The congestion control: cubic, bbr, reno"},
             [spec](const std::string& word) {
               return set_in_hosts(*spec, word, &HostSpec::congestion_control);
             });
}

// Under the first free name, when none was given.
Result<Lab> start_lab(LabSpec spec) {
  if (!spec.name.empty()) return Lab::start(spec);
  for (int number = 1;; ++number) {
    spec.name = number == 1 ? "lab" : "lab-" + std::to_string(number);
    auto lab = Lab::start(spec);
    if (lab || lab.error().kind != ErrorKind::already_exists) return lab;
  }
}

Words shell() {
  const char* chosen = std::getenv("SHELL");
  return {chosen != nullptr && *chosen != '\0' ? chosen : "/bin/sh"};
}

}  // namespace

Run define_lab_run(CLI::App& verb) {
  auto spec = std::make_shared<LabSpec>();
  auto seed = std::make_shared<std::optional<std::uint32_t>>();
  add_spec(verb, spec);
  add_value(verb, {"--seed", "NUMBER", "Chance is the same for the same seed"}, *seed, number_from);
  auto name = add_text(verb, {"--name", "NAME", "What others call it; left out: lab, lab-2, …"});
  auto host = add_text(verb, {"--host", "HOST", "Where it runs; left out: the first host"});
  auto command = add_command(verb, "The program, after --; left out: your shell");
  teach(verb,
        "A path is words with commas between: a rate and a delay, then what else it does.\n"
        "  50mbit 10ms direct  jitter=2ms loss=0.1% reorder=1% duplicate=1%\n  queue=50ms (or "
        "64kB, 100p)\n"
        "  silent strip=syn+join block=join up down  name=wifi between=client+server\n"
        "  upload: or download: before a word means one direction only.\n"
        "Examples:\n"
        "  mptcp lab run --path 50mbit,10ms --path 20mbit,40ms,loss=0.1% -- ./my-program\n"
        "  mptcp lab run --path 50mbit,10ms,download:rate=10mbit --manager userspace\n"
        "Inside, and in any other terminal: mptcp lab exec server -- iperf3 -s");
  return [spec, seed, name, host, command]() -> Result<int> {
    if (*seed) spec->seed = **seed;
    if (!name->empty()) spec->name = *name;
    auto lab = start_lab(*spec);
    if (!lab) return lab.error();
    return run_command(*lab, host->empty() ? lab->hosts().front() : *host,
                       command->empty() ? shell() : *command);
  };
}

}  // namespace mptcp::program
