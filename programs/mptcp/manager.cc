// SPDX-License-Identifier: MIT
#include <mptcp/paths.h>

#include "arguments.h"
#include "output.h"
#include "target.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

struct Words {
  std::optional<ConnectionName> connection;
  std::shared_ptr<bool> json;
};

Result<PathManager> manager_of(PathControl& control, const Words& words) {
  if (!words.connection) return control.namespace_path_manager();
  auto target = find_target(*words.connection);
  if (!target) return target.error();
  return control.path_manager(target->token);
}

Result<int> show_manager(const Words& words) {
  auto control = PathControl::direct();
  if (!control) return control.error();
  auto manager = manager_of(**control, words);
  if (!manager) return manager.error();
  if (*words.json) {
    print_json({text_field("", "path_manager", std::string(name(*manager)))});
  } else {
    print(std::string(name(*manager)) + "\n");
  }
  return done;
}

Result<PathManager> manager_from(const std::string& word) {
  for (PathManager manager : {PathManager::kernel, PathManager::userspace}) {
    if (name(manager) == word) return manager;
  }
  return Error{ErrorKind::invalid_argument, 0,
               "\"" + word + "\" is no path manager: expected kernel or userspace"};
}

Run define_show_manager(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  words->json = add_json_flag(verb);
  add_value(verb, {"CONNECTION", "", "Of this connection; otherwise what new ones get"},
            words->connection, connection_name_from);
  teach(verb, "Examples:\n  mptcp manager show\n  mptcp manager show 1234:5");
  return [words] { return show_manager(*words); };
}

Run define_set_manager(CLI::App& verb) {
  auto manager = std::make_shared<std::optional<PathManager>>();
  add_value(verb, {"MANAGER", "", "kernel or userspace"}, *manager, manager_from,
            Presence::required);
  teach(
      verb,
      "userspace: programs steer the paths of the connections that are made from now on, and the\n"
      "kernel neither opens subflows nor, while nobody watches events, lets peers join.\n\n"
      "Examples:\n"
      "  mptcp manager set userspace");
  return [manager]() -> Result<int> {
    auto control = PathControl::direct();
    if (!control) return control.error();
    auto set = (*control)->set_namespace_path_manager(**manager);
    if (!set) return set.error();
    print("new connections get the " + std::string(name(**manager)) + " path manager\n");
    return done;
  };
}

constexpr Verb verbs[] = {
    {"show", "The path manager of new connections, or of one", define_show_manager},
    {"set", "Choose the one that new connections get", define_set_manager},
};

}  // namespace

Run define_manager(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  words->json = add_json_flag(verb);
  teach(verb,
        "A connection keeps the path manager that was set when its socket was made.\n\n"
        "Examples:\n"
        "  mptcp manager\n"
        "  mptcp manager show 1234:5\n"
        "  mptcp manager set userspace");
  return [words] { return show_manager(*words); };
}

std::span<const Verb> manager_verbs() { return verbs; }

}  // namespace mptcp::program
