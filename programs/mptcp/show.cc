// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "arguments.h"
#include "live.h"
#include "records.h"
#include "screen.h"
#include "signals.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

using Clock = std::chrono::steady_clock;

struct Words {
  std::optional<ConnectionName> connection;
  std::optional<std::chrono::milliseconds> interval;
  std::shared_ptr<bool> json;
  bool watch = false;
};

// Falling back is an answer; there is nothing else to show.
Result<int> show_fallback(const Words& words) {
  if (*words.json) {
    print_json({text_field("", "state", std::string(name(Status::fell_back))),
                value_field("subflows", std::vector<Record>())});
  } else {
    print(fmt::format("{} fell back to plain TCP.\n", words.connection->word));
  }
  return done;
}

std::string text_of(const View& view, const std::string& manager, const Terminal& terminal) {
  const Target& target = view.target;
  Record record = {{"token", token_text(target.token), "", {}}};
  if (target.listed) {
    record.push_back(text_field("state", "", std::string(name(target.listed->state))));
    record.push_back(address_field("local", "", target.listed->local));
    record.push_back(address_field("remote", "", target.listed->remote));
  }
  record.push_back(text_field("process", "", process_text(target)));
  record.push_back(text_field("path manager", "", manager));
  for (Field& field : info_record(view.info)) record.push_back(std::move(field));
  std::string out = to_lines(record);
  for (const Subflow& subflow : view.subflows) {
    out += fmt::format("\nsubflow {}  {}\n", subflow_text(subflow), name(subflow.state));
    out += to_paragraph(subflow_record(subflow), 4, terminal.columns);
  }
  return out;
}

Result<int> show_once(const Words& words, const Target& target) {
  auto view = look(target);
  if (!view) return view.error();
  const std::string manager = path_manager_of(target);
  if (*words.json) {
    print_json(view_record(*view, manager));
  } else {
    print(text_of(*view, manager, Terminal::of_stdout()));
  }
  return done;
}

// What the live view is shown on: a screen that is redrawn, or a stream of lines.
class Display {
 public:
  Display(bool json, Signals signals) : json_(json), signals_(std::move(signals)) {
    if (!json_ && Terminal::of_stdout().interactive) screen_.emplace();
  }

  void show(const Live& live) {
    const auto now = std::chrono::system_clock::now();
    if (json_) return print_json_line(live.document(now));
    if (!screen_) return print(live.lines(now));
    screen_->draw(live.frame(Terminal::of_stdout()));
  }

  // Until `until`; false when the user has had enough.
  bool wait(const Live& live, Clock::time_point until) {
    while (Clock::now() < until) {
      wait_for(screen_ ? screen_->keyboard() : -1, signals_, until);
      if (screen_ && screen_->quit_pressed()) return false;
      while (auto signal = signals_.next()) {
        if (ends_the_program(*signal)) return false;
        if (*signal == SIGTSTP) suspend();
        if (screen_) show(live);
      }
    }
    return true;
  }

 private:
  void suspend() {
    if (screen_) {
      screen_->suspend();
    } else {
      ::raise(SIGSTOP);
    }
  }

  bool json_;
  Signals signals_;
  std::optional<Screen> screen_;
};

Result<int> watch(const Words& words, Target target) {
  auto signals = Signals::take();
  if (!signals) return signals.error();
  const auto interval = words.interval.value_or(std::chrono::milliseconds(1000));
  Live live(path_manager_of(target), interval);
  std::string end;
  {
    Display display(*words.json, std::move(*signals));
    for (auto next = Clock::now();; next = std::max(next + interval, Clock::now())) {
      auto view = look(target);
      if (!view) {
        end = view.error().message;
        break;
      }
      target = view->target;
      live.update(std::move(*view), Clock::now());
      display.show(live);
      if (output_is_lost() || !display.wait(live, next + interval)) break;
    }
  }
  if (!*words.json && !end.empty()) print(end + "\n");
  return done;
}

Result<int> show(const Words& words) {
  auto target = find_target(*words.connection);
  if (!target && target.error().kind == ErrorKind::fell_back) return show_fallback(words);
  if (!target) return target.error();
  return words.watch ? watch(words, *target) : show_once(words, *target);
}

}  // namespace

Run define_show(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_connection(verb, words->connection);
  add_flag(verb, "--watch", words->watch, "Follow it, until q or Ctrl-C");
  add_value(verb, {"--interval", "TIME", "How often --watch looks (1s when left out)"},
            words->interval, duration_from);
  check(verb, [words]() -> std::optional<std::string> {
    if (!words->interval || words->watch) return std::nullopt;
    return "--interval requires --watch";
  });
  words->json = add_json_flag(verb);
  teach(verb,
        "CONNECTION is one of\n"
        "  0x1a2b3c4d      its token, as mptcp list prints it; also in decimal\n"
        "  1234:5          descriptor 5 of process 1234\n"
        "  1234            a process with just one MPTCP connection\n"
        "  LOCAL-REMOTE    its addresses or those of a subflow; ports may be left out\n"
        "  10.0.1.2, :443  an address or port that just one connection has\n\n"
        "Subflow ids are shown to whoever may debug the process that has the connection.\n"
        "--watch draws bars on a terminal; elsewhere it prints a line a subflow, and with\n"
        "--json a document a line.\n\n"
        "Examples:\n"
        "  mptcp show :443\n"
        "  mptcp show --watch --interval 200ms 10.0.1.1-10.0.1.2:5001\n"
        "  mptcp show --json 1234:5 | jq '.subflows[].rtt_us'");
  return [words] { return show(*words); };
}

}  // namespace mptcp::program
