// SPDX-License-Identifier: MIT
//
// Entering a process namespace moves only children, and entering a user namespace needs a process
// with one thread: so a helper is forked, it enters, and it makes the program's process as its own
// sibling, which is then a child of the caller like any other.
#include "lab/spawn.h"

#include <cerrno>

#include "kernel/kernel.h"
#include "kernel/namespaces.h"

namespace mptcp::lab {
namespace {

// Told by the helper: the child's number; by the child, only when it fails: the errno and the
// stage.
struct Report {
  enum class Stage : int { entering, forking, running, done } stage{};
  int value = 0;
};

void report(int pipe, Report::Stage stage, int value) {
  const Report words{stage, value};
  const auto* bytes = reinterpret_cast<const char*>(&words);
  kernel::send_message(pipe, {bytes, sizeof words}, {});
}

int enter(int fd, kernel::NamespaceKind kind) {
  const OwnedFd own(kernel::own_namespace(kind));
  if (own.is_open() && kernel::is_same_namespace(own.get(), fd)) return 0;
  return kernel::join_namespace(fd, kind);
}

int enter(const Place& place) {
  // The user namespace first: it gives the right to enter the others.
  std::string directory;
  kernel::current_directory(directory);
  int code = enter(place.user, kernel::user_namespace);
  if (code == 0) code = enter(place.network, kernel::network_namespace);
  if (code == 0) code = enter(place.process, kernel::process_namespace);
  if (code == 0) code = enter(place.mount, kernel::mount_namespace);
  // Entering a mount namespace leads to its root.
  if (code == 0 && !directory.empty()) kernel::change_directory(directory);
  return code;
}

[[noreturn]] void become(const Command& command, const std::vector<std::string>& environment,
                         int pipe) {
  auto& system = kernel::system_kernel();
  const int streams[] = {command.standard_input, command.standard_output, command.standard_error};
  int copies[3];
  // First out of the way: a descriptor may be another's number.
  for (int i = 0; i < 3; ++i) copies[i] = kernel::duplicate_above(streams[i], 2);
  for (int i = 0; i < 3; ++i) {
    if (copies[i] >= 0) system.duplicate_onto(copies[i], i, false);
  }
  if (command.inheritance == Inheritance::streams) kernel::close_on_execute_above(2);
  report(pipe, Report::Stage::running, -kernel::execute(command.arguments, environment));
  kernel::exit_process(127);
}

// For a caller that can have no siblings of its children: the helper stays, and ends as the program
// does.
[[noreturn]] void stand_in(const Command& command, const std::vector<std::string>& environment,
                           OwnedFd pipe) {
  auto& system = kernel::system_kernel();
  const pid_t child = kernel::fork_process();
  if (child == 0) {
    kernel::die_with_parent();
    become(command, environment, pipe.get());
  }
  report(pipe.get(), child < 0 ? Report::Stage::forking : Report::Stage::done,
         child < 0 ? -child : system.process_id());
  pipe = OwnedFd();
  for (int fd = 0; fd < 3; ++fd) system.close(fd);  // the program's, not ours
  kernel::Exit exit;
  if (child > 0) kernel::reap(child, kernel::Wait::until_it_ends, exit);
  kernel::exit_process(exit.status);
}

[[noreturn]] void help(const Place& place, const Command& command,
                       const std::vector<std::string>& environment, OwnedFd pipe) {
  if (int code = enter(place); code < 0) {
    report(pipe.get(), Report::Stage::entering, -code);
    kernel::exit_process(1);
  }
  const pid_t child = kernel::fork_sibling();
  if (child == 0) become(command, environment, pipe.get());
  if (child == -EINVAL) stand_in(command, environment, std::move(pipe));
  report(pipe.get(), child < 0 ? Report::Stage::forking : Report::Stage::done,
         child < 0 ? -child : child);
  kernel::exit_process(0);
}

Error failure(const Report& report, const Command& command) {
  switch (report.stage) {
    case Report::Stage::entering:
      return kernel::system_error(report.value, "entering host " + command.host);
    case Report::Stage::running:
      return kernel::system_error(report.value, "running " + command.arguments.front());
    default:
      return kernel::system_error(report.value, "starting a process in host " + command.host);
  }
}

// What helper and child have to say until the program runs and closes their end.
Result<pid_t> listen(int pipe, pid_t helper, const Command& command) {
  pid_t child = -1;
  std::optional<Report> failed;
  std::string bytes;
  std::vector<OwnedFd> none;
  while (kernel::receive_message(pipe, bytes, none) == sizeof(Report)) {
    Report words;
    bytes.copy(reinterpret_cast<char*>(&words), sizeof words);
    if (words.stage == Report::Stage::done) {
      child = words.value;
    } else {
      failed = words;
    }
  }
  if (!failed && child > 0) return child;
  kernel::Exit exit;
  if (child > 0 && child != helper) kernel::reap(child, kernel::Wait::until_it_ends, exit);
  return failure(failed.value_or(Report{Report::Stage::forking, 0}), command);
}

}  // namespace

Result<pid_t> spawn(const Place& place, const Command& command,
                    const std::vector<std::string>& environment) {
  if (command.arguments.empty()) {
    return Error{ErrorKind::invalid_argument, 0, "no program to run in host " + command.host};
  }
  int pair[2];
  if (int code = kernel::socket_pair(pair); code < 0) {
    return kernel::system_error(-code, "starting a process in host " + command.host);
  }
  const OwnedFd ours(pair[0]);
  OwnedFd theirs(pair[1]);
  const pid_t helper = kernel::fork_process();
  if (helper < 0) return kernel::system_error(-helper, "forking");
  if (helper == 0) help(place, command, environment, std::move(theirs));
  theirs = OwnedFd();
  auto child = listen(ours.get(), helper, command);
  kernel::Exit exit;
  if (!child || *child != helper) kernel::reap(helper, kernel::Wait::until_it_ends, exit);
  return child;
}

}  // namespace mptcp::lab
