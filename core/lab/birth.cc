// SPDX-License-Identifier: MIT
#include "lab/birth.h"

#include <cerrno>

#include "kernel/namespaces.h"
#include "lab/server.h"

namespace mptcp::lab {
namespace {

// What a lab would like to have for itself, best first: an ordinary user needs a user namespace for
// the rest, and some machines refuse mount and process namespaces.
constexpr int wishes[] = {
    kernel::network_namespace | kernel::mount_namespace | kernel::process_namespace,
    kernel::network_namespace | kernel::mount_namespace | kernel::process_namespace |
        kernel::user_namespace,
    kernel::network_namespace,
    kernel::network_namespace | kernel::user_namespace,
};

// Building takes milliseconds; this only bounds a machine that stands still.
constexpr auto longest_birth = std::chrono::seconds(60);

// Why this machine may refuse an ordinary user, where it says so.
std::string reason() {
  struct Switch {
    const char* file;
    const char* value;
    const char* reason;
  };
  constexpr Switch switches[] = {
      {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n",
       " (run it as root, or set kernel.apparmor_restrict_unprivileged_userns=0)"},
      {"/proc/sys/kernel/unprivileged_userns_clone", "0\n",
       " (run it as root, or set kernel.unprivileged_userns_clone=1)"},
      {"/proc/sys/user/max_user_namespaces", "0\n",
       " (run it as root, or raise user.max_user_namespaces)"},
  };
  if (kernel::user_id() == 0) return "";
  for (const auto& [file, value, text] : switches) {
    std::string content;
    if (kernel::system_kernel().read_file(file, content) == 0 && content == value) return text;
  }
  return "";
}

// Answers the kinds that were made.
Result<int> make_namespaces() {
  const auto uid = kernel::user_id();
  const auto gid = kernel::group_id();
  int code = 0;
  for (int kinds : wishes) {
    code = kernel::unshare_namespaces(kinds);
    if (code < 0) continue;
    if (kinds & kernel::user_namespace) code = kernel::map_to_root(uid, gid);
    if (code < 0) break;
    return kinds;
  }
  return kernel::system_error(-code, "making namespaces for the lab" + reason());
}

// Processes of the lab see each other in /proc, and no others, and know the hosts by name.  Where
// that may not be mounted, the outer files will do.
void settle_mounts(int kinds, const LabSpec& spec) {
  if (!(kinds & kernel::mount_namespace)) return;
  if (kernel::make_mounts_private() < 0) return;
  if (kinds & kernel::process_namespace) kernel::mount_fresh_proc();
  constexpr const char* hosts = "/etc/hosts";
  std::string outer;
  if (kernel::system_kernel().read_file(hosts, outer) < 0) return;
  kernel::replace_file(hosts, host_names(spec) + outer);
}

Result<Server> build(const LabSpec& spec, Server::Ties ties) {
  LabSpec own = spec;
  auto plan = make_plan(own);
  if (!plan) return plan.error();
  if (!ties.socket_path.empty()) {
    const int listener = kernel::listen_at(ties.socket_path);
    if (listener < 0) return kernel::system_error(-listener, "listening at " + ties.socket_path);
    ties.listener = OwnedFd(listener);
  }
  auto network = Network::build(own, *plan);
  if (!network) return network.error();
  auto wires = Wires::open(own, *plan);
  if (!wires) return wires.error();
  return Server::make(std::move(own), std::move(*network), std::move(*wires), std::move(ties));
}

// The lab's process, from its first instruction to its last.
[[noreturn]] void live(const LabSpec& spec, Server::Ties ties, int kinds) {
  const OwnedFd owner(kernel::duplicate_above(ties.owner.get(), 2));
  settle_mounts(kinds, spec);
  auto server = build(spec, std::move(ties));
  if (server) {
    server->run();
  } else {
    kernel::send_message(owner.get(), encode(server.error()), {});
  }
  kernel::exit_process(server ? 0 : 1);
}

// The process between the caller and the lab's: it makes the namespaces and leaves, so that the
// lab's process is no child of the caller.
[[noreturn]] void go_between(const LabSpec& spec, Server::Ties ties) {
  const int keep[] = {ties.owner.get(), ties.owner_process.get()};
  kernel::detach_process("mptcp-lab", keep);
  const auto kinds = make_namespaces();
  if (!kinds) {
    kernel::send_message(ties.owner.get(), encode(kinds.error()), {});
    kernel::exit_process(1);
  }
  const pid_t pid = kernel::fork_process();
  if (pid == 0) live(spec, std::move(ties), *kinds);
  if (pid < 0) {
    const auto error = kernel::system_error(-pid, "starting the lab's process");
    kernel::send_message(ties.owner.get(), encode(error), {});
  }
  kernel::exit_process(0);
}

Result<void> await(int socket) {
  pollfd waiting{socket, POLLIN, 0};
  const auto deadline = Deadline::after(longest_birth);
  int ready;
  do {
    ready = kernel::system_kernel().poll(&waiting, 1, deadline.when() - Deadline::Clock::now());
  } while (ready == -EINTR);
  if (ready > 0) return {};
  return Error{ErrorKind::timed_out, ETIMEDOUT, "the lab's process did not come up"};
}

Result<Newborn> await_greeting(OwnedFd control) {
  if (auto done = await(control.get()); !done) return done.error();
  Newborn newborn;
  std::string message;
  if (kernel::receive_message(control.get(), message, newborn.namespaces) <= 0) {
    return Error{ErrorKind::system, 0, "the lab's process ended while it was starting"};
  }
  auto greeting = decode_answer(message);
  if (!greeting) return greeting.error();
  newborn.greeting = std::move(*greeting);
  newborn.control = std::move(control);
  return newborn;
}

}  // namespace

Result<Newborn> start_process(const LabSpec& spec, const std::string& socket_path) {
  int pair[2];
  if (int code = kernel::socket_pair(pair); code < 0) {
    return kernel::system_error(-code, "making the lab's control socket");
  }
  OwnedFd ours(pair[0]);
  Server::Ties ties{OwnedFd(pair[1]), {}, {}, socket_path};
  auto& system = kernel::system_kernel();
  const int self = system.pidfd_open(system.process_id());
  if (self >= 0) ties.owner_process = OwnedFd(self);

  const pid_t pid = kernel::fork_process();
  if (pid < 0) return kernel::system_error(-pid, "starting the lab's process");
  if (pid == 0) go_between(spec, std::move(ties));
  ties = {};
  kernel::Exit exit;
  kernel::reap(pid, kernel::Wait::until_it_ends, exit);
  return await_greeting(std::move(ours));
}

}  // namespace mptcp::lab
