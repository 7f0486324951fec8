// SPDX-License-Identifier: MIT
#include "lab.h"

#include <csignal>
#include <iterator>

#include "verbs.h"

namespace mptcp::program {
namespace {

constexpr Verb verbs[] = {
    {"run", "Make a lab and run a program in it", define_lab_run},
    {"exec", "Run a program in a host of a running lab", define_lab_exec},
    {"path", "Change a path while traffic runs", define_lab_path},
    {"show", "The paths of a lab, and what happened on them", define_lab_show},
    {"list", "The labs that are running", define_lab_list},
};

// The terminal's signals are for the program inside: it decides, and we tell how it ended.
class Patience {
 public:
  Patience() {
    for (std::size_t i = 0; i < std::size(numbers); ++i)
      before_[i] = std::signal(numbers[i], SIG_IGN);
  }
  ~Patience() {
    for (std::size_t i = 0; i < std::size(numbers); ++i) std::signal(numbers[i], before_[i]);
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  static constexpr int numbers[] = {SIGINT, SIGQUIT};
  void (*before_[std::size(numbers)])(int) = {};
};

}  // namespace

std::span<const Verb> lab_verbs() { return verbs; }

std::shared_ptr<std::string> add_text(CLI::App& verb, const WordName& name, Presence presence) {
  auto text = std::make_shared<std::string>();
  add_word(verb, name, presence, [text](const std::string& word) {
    *text = word;
    return std::optional<std::string>();
  });
  return text;
}

std::shared_ptr<std::string> add_lab_option(CLI::App& verb) {
  return add_text(verb, {"--lab", "LAB", "Which lab; left out: this one, or the only one"});
}

std::shared_ptr<Words> add_command(CLI::App& verb, const std::string& description) {
  auto words = std::make_shared<Words>();
  add_word(verb, {"COMMAND", "", description}, Presence::repeatable,
           [words](const std::string& word) {
             words->push_back(word);
             return std::optional<std::string>();
           });
  return words;
}

Result<int> run_command(const Lab& lab, const std::string& host, const Words& words) {
  auto process = lab.spawn({.host = host, .arguments = words});
  if (!process) return process.error();
  const Patience patience;
  return process->wait();
}

}  // namespace mptcp::program
