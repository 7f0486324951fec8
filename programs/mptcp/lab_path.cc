// SPDX-License-Identifier: MIT
#include "lab.h"

namespace mptcp::program {
namespace {

// Each word as it is read, so that the bad one is quoted; the last says the whole.
TakeWord take_change(const std::shared_ptr<PathChange>& change) {
  auto text = std::make_shared<std::string>();
  return [change, text](const std::string& word) -> std::optional<std::string> {
    if (auto one = parse_change(word); !one) return one.error().message;
    *text += (text->empty() ? "" : ",") + word;
    *change = parse_change(*text).value();
    return std::nullopt;
  };
}

}  // namespace

Run define_lab_path(CLI::App& verb) {
  auto name = add_lab_option(verb);
  auto json = add_json_flag(verb);
  auto path =
      add_text(verb, {"PATH", "", "Its name, or its number, counted from 1"}, Presence::required);
  auto change = std::make_shared<PathChange>();
  add_word(verb, {"WORD", "", "What is to be different"}, Presence::repeatable,
           take_change(change));
  teach(verb,
        "The words are those of mptcp lab run --path; what is not named stays as it is.\n"
        "Without a word, shows the path.\n"
        "Examples:\n"
        "  mptcp lab path 2 down\n"
        "  mptcp lab path 2 delay=80ms loss=1%\n"
        "  mptcp lab path wifi download:silent    nothing arrives from the server\n"
        "  mptcp lab path 1 strip=data              as a box that removes options would");
  return [name, json, path, change]() -> Result<int> {
    auto lab = Lab::attach(*name);
    if (!lab) return lab.error();
    if (*change != PathChange{}) {
      if (auto changed = lab->change(*path, *change); !changed) return changed.error();
      return done;
    }
    auto state = lab->path(*path);
    if (!state) return state.error();
    if (*json) {
      print_json(to_record(*state));
    } else {
      print(to_text({*state}));
    }
    return done;
  };
}

}  // namespace mptcp::program
