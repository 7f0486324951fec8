// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>

#include <mptcp/lab.h>

#include "base/quoted.h"
#include "kernel/kernel.h"
#include "kernel/namespaces.h"
#include "lab/birth.h"
#include "lab/plan.h"
#include "lab/protocol.h"
#include "lab/registry.h"
#include "lab/spawn.h"

namespace mptcp {

using namespace lab;

// A connection to the lab's process, and what it told when it began.
struct Lab::Connection {
  OwnedFd socket;
  int owner = 0;  // the process that started it; a fork of that is no owner
  Greeting greeting;
  std::vector<OwnedFd> namespaces;  // user, process, mount, then of the hosts

  struct Reply {
    std::string body;
    std::vector<OwnedFd> fds;
  };
  Result<Reply> ask(const std::string& request) const;
  Result<std::size_t> find_host(std::string_view name) const;
  int network_of(std::size_t host) const { return namespaces[3 + host].get(); }
  Result<void> accept(std::string_view text, std::vector<OwnedFd> fds);
};

namespace {

constexpr auto longest_end = std::chrono::seconds(10);

Error ended() { return {ErrorKind::not_found, 0, "the lab has ended"}; }

// Until the descriptor is readable.
Result<void> await(int fd, Deadline deadline, const char* what) {
  pollfd waiting{fd, POLLIN, 0};
  for (;;) {
    const auto left = deadline.when() - Deadline::Clock::now();
    const int ready = kernel::system_kernel().poll(&waiting, 1, left);
    if (ready > 0) return {};
    if (ready == 0) return Error{ErrorKind::timed_out, ETIMEDOUT, std::string(what) + " timed out"};
    if (ready != -EINTR) return kernel::system_error(-ready, what);
  }
}

}  // namespace

Result<Lab::Connection::Reply> Lab::Connection::ask(const std::string& request) const {
  std::string answer;
  Reply reply;
  if (kernel::send_message(socket.get(), request, {}) < 0 ||
      kernel::receive_message(socket.get(), answer, reply.fds) <= 0) {
    return ended();
  }
  auto body = decode_answer(answer);
  if (!body) return body.error();
  reply.body = std::move(*body);
  return reply;
}

Result<void> Lab::Connection::accept(std::string_view text, std::vector<OwnedFd> fds) {
  auto decoded = decode_greeting(text);
  if (!decoded) return decoded.error();
  if (fds.size() != 3 + decoded->hosts.size()) {
    return Error{ErrorKind::malformed, 0, "the lab's process sent too few descriptors"};
  }
  greeting = std::move(*decoded);
  namespaces = std::move(fds);
  return {};
}

Result<std::size_t> Lab::Connection::find_host(std::string_view name) const {
  const auto found = std::find(greeting.hosts.begin(), greeting.hosts.end(), name);
  if (found != greeting.hosts.end()) {
    return static_cast<std::size_t>(found - greeting.hosts.begin());
  }
  return Error{ErrorKind::not_found, 0, "the lab has no host " + quoted(name)};
}

Lab::Lab(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Lab::Lab(Lab&&) noexcept = default;
Lab& Lab::operator=(Lab&& other) noexcept {
  std::swap(connection_, other.connection_);
  return *this;
}

Lab::~Lab() {
  if (!connection_ || connection_->owner != kernel::system_kernel().process_id()) return;
  if (!connection_->ask("stop")) return;
  // Its process hangs up as it goes, and takes every other one of the lab with it.
  (void)await(connection_->socket.get(), Deadline::after(longest_end), "ending the lab");
}

Result<Lab> Lab::start(const LabSpec& spec) {
  LabSpec complete = spec;
  if (auto plan = make_plan(complete); !plan) return plan.error();
  std::string socket_path;
  if (!spec.name.empty()) {
    auto reserved = reserve(spec.name);
    if (!reserved) return reserved.error();
    socket_path = std::move(*reserved);
  }
  auto newborn = start_process(complete, socket_path);
  if (!newborn) return newborn.error();
  auto connection = std::make_unique<Connection>();
  connection->socket = std::move(newborn->control);
  connection->owner = kernel::system_kernel().process_id();
  auto accepted = connection->accept(newborn->greeting, std::move(newborn->namespaces));
  if (!accepted) return accepted.error();
  return Lab(std::move(connection));
}

Result<Lab> Lab::attach(std::string_view name) {
  auto socket = lab::connect(name);
  if (!socket) return socket.error();
  auto connection = std::make_unique<Connection>();
  connection->socket = std::move(*socket);
  std::string message;
  std::vector<OwnedFd> fds;
  if (kernel::receive_message(connection->socket.get(), message, fds) <= 0) return ended();
  auto body = decode_answer(message);
  if (!body) return body.error();
  auto accepted = connection->accept(*body, std::move(fds));
  if (!accepted) return accepted.error();
  return Lab(std::move(connection));
}

Result<std::vector<std::string>> Lab::list() { return list_running(); }

const std::string& Lab::name() const { return connection_->greeting.name; }
const std::vector<std::string>& Lab::hosts() const { return connection_->greeting.hosts; }

Result<HostScope> Lab::enter(std::string_view host) const {
  auto position = connection_->find_host(host);
  if (!position) return position.error();
  const int before = kernel::own_namespace(kernel::network_namespace);
  if (before < 0) return kernel::system_error(-before, "opening the network namespace");
  HostScope scope{OwnedFd(before)};
  // Who could not come back does not go: it takes the same right over where the thread is now.
  int code = kernel::join_namespace(before, kernel::network_namespace);
  if (code == 0) {
    code = kernel::join_namespace(connection_->network_of(*position), kernel::network_namespace);
  }
  if (code == -EPERM) {
    return Error{ErrorKind::not_permitted, EPERM,
                 "entering host " + std::string(host) +
                     " takes root in the lab, and in the network namespace that this thread is in: "
                     "spawn a program in it, or ask for a socket"};
  }
  if (code < 0) return kernel::system_error(-code, "entering host " + std::string(host));
  return scope;
}

HostScope::~HostScope() {
  if (before_.is_open()) kernel::join_namespace(before_.get(), kernel::network_namespace);
}

Result<OwnedFd> Lab::open_socket(std::string_view host, int family, int type, int protocol) {
  auto reply = connection_->ask("socket " + std::string(host) + " " + std::to_string(family) + " " +
                                std::to_string(type) + " " + std::to_string(protocol));
  if (!reply) return reply.error();
  if (reply->fds.size() != 1) return ended();
  return std::move(reply->fds.front());
}

Result<Process> Lab::spawn(const Command& command) const {
  auto position = connection_->find_host(command.host);
  if (!position) return position.error();
  const auto& fds = connection_->namespaces;
  const Place place{fds[0].get(), fds[1].get(), fds[2].get(), connection_->network_of(*position)};
  auto environment = kernel::environment();
  const auto variable = std::string(lab_variable) + "=";
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(variable); });
  const auto& path = connection_->greeting.socket_path;
  if (!path.empty()) environment.push_back(variable + path);
  auto pid = lab::spawn(place, command, environment);
  if (!pid) return pid.error();
  return Process(*pid);
}

Result<void> Lab::change(std::string_view path, const PathChange& change) {
  if (change == PathChange{}) return {};
  auto reply = connection_->ask("change " + std::string(path) + "\n" + format(change));
  if (!reply) return reply.error();
  return {};
}

Result<std::vector<PathState>> Lab::paths() {
  auto reply = connection_->ask("show");
  if (!reply) return reply.error();
  return decode_states(reply->body);
}

Result<PathState> Lab::path(std::string_view path) {
  auto position = find_path(connection_->greeting.paths, path);
  if (!position) return position.error();
  auto states = paths();
  if (!states) return states.error();
  if (*position >= states->size()) return ended();
  return std::move((*states)[*position]);
}

Result<Address> Lab::address(std::string_view path, std::string_view host, Family family) const {
  const auto& paths = connection_->greeting.paths;
  auto position = find_path(paths, path);
  if (!position) return position.error();
  const auto& spec = paths[*position];
  for (std::size_t side = 0; side < 2; ++side) {
    if ((side == 0 ? spec.from : spec.to) != host) continue;
    return address_of(*position + 1, side, family);
  }
  return Error{ErrorKind::not_found, 0,
               "path " + spec.name + " does not end at host " + quoted(host)};
}

}  // namespace mptcp
