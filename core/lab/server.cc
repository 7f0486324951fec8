// SPDX-License-Identifier: MIT
#include "lab/server.h"

#include <algorithm>
#include <csignal>

#include "base/quoted.h"
#include "kernel/namespaces.h"
#include "lab/change.h"

namespace mptcp::lab {
namespace {

using namespace std::chrono_literals;

Error malformed(std::string_view request) {
  return {ErrorKind::malformed, 0, "the lab does not understand " + quoted(request)};
}

bool is_ready(const pollfd& waiting) { return waiting.revents != 0; }

}  // namespace

Server::Server(LabSpec spec, Network network, Wires wires, Ties ties)
    : spec_(std::move(spec)),
      network_(std::move(network)),
      wires_(std::move(wires)),
      ties_(std::move(ties)) {}

Result<Server> Server::make(LabSpec spec, Network network, Wires wires, Ties ties) {
  Server server(std::move(spec), std::move(network), std::move(wires), std::move(ties));
  for (std::size_t path = 0; path < server.spec_.paths.size(); ++path) {
    if (auto done = server.settle(path); !done) return done.error();
  }
  const int signals = kernel::signal_descriptor();
  if (signals < 0) return kernel::system_error(-signals, "preparing for signals");
  server.signals_ = OwnedFd(signals);
  for (auto kind : {kernel::user_namespace, kernel::process_namespace, kernel::mount_namespace}) {
    const int fd = kernel::own_namespace(kind);
    if (fd < 0) return kernel::system_error(-fd, "opening the lab's namespaces");
    server.own_namespaces_.emplace_back(fd);
  }
  if (auto greeted = server.greet(server.ties_.owner.get()); !greeted) return greeted.error();
  return server;
}

// In this order: signals, the owner's process, its connection, the listener, clients, wires.
std::vector<pollfd> Server::awaited() const {
  std::vector<pollfd> descriptors;
  for (const auto* fd : {&signals_, &ties_.owner_process, &ties_.owner, &ties_.listener}) {
    descriptors.push_back({fd->get(), POLLIN, 0});  // poll() passes over the ones not open
  }
  for (const auto& client : clients_) descriptors.push_back({client.get(), POLLIN, 0});
  wires_.append_descriptors(descriptors);
  return descriptors;
}

void Server::run() {
  while (!is_over_) {
    auto waiting = awaited();
    std::chrono::nanoseconds patience = 1h;
    if (auto next = wires_.next()) patience = *next - Time::clock::now();
    kernel::system_kernel().poll(waiting.data(), waiting.size(), patience);
    wires_.serve();
    attend(waiting);
  }
  if (ties_.listener.is_open()) kernel::remove_file(ties_.socket_path);
}

void Server::attend(const std::vector<pollfd>& waiting) {
  if (is_ready(waiting[0])) answer_signal();
  if (is_ready(waiting[1])) is_over_ = true;
  if (is_ready(waiting[2]) && !serve(ties_.owner.get())) is_over_ = true;
  const auto clients = clients_.size();
  for (std::size_t i = 4; i < 4 + clients; ++i) {
    if (is_ready(waiting[i]) && !serve(waiting[i].fd)) {
      std::erase_if(clients_, [&](const OwnedFd& fd) { return fd.get() == waiting[i].fd; });
    }
  }
  if (is_ready(waiting[3])) accept_client();
}

// Makes the network and the wires what the specification says of a path.
Result<void> Server::settle(std::size_t path) {
  const auto& spec = spec_.paths[path];
  if (auto done = network_.set_link(path, spec.link); !done) return done;
  wires_.change(path, spec);
  if (spec.kind == PathKind::direct) return {};
  return network_.set_burst(path, wires_.burst(path, spec));
}

Result<void> Server::greet(int socket) {
  Greeting greeting{spec_.name, ties_.socket_path, {}, spec_.paths};
  for (const auto& host : spec_.hosts) greeting.hosts.push_back(host.name);
  std::vector<int> fds;
  for (const auto& fd : own_namespaces_) fds.push_back(fd.get());
  for (int fd : network_.namespaces()) fds.push_back(fd);
  const auto sent = kernel::send_message(socket, encode_ok(encode(greeting)), fds);
  if (sent < 0) return kernel::system_error(static_cast<int>(-sent), "greeting the lab's owner");
  return {};
}

void Server::accept_client() {
  const int fd = kernel::system_kernel().accept(ties_.listener.get());
  if (fd < 0) return;
  OwnedFd client(fd);
  if (greet(fd)) clients_.push_back(std::move(client));
}

void Server::answer_signal() {
  const int number = kernel::take_signal(signals_.get());
  if (number != SIGCHLD) {
    is_over_ = number > 0;
    return;
  }
  // As the first process of its namespace it inherits orphans.
  kernel::Exit exit;
  do {
    exit = {};
  } while (kernel::reap(-1, kernel::Wait::not_at_all, exit) == 0 && exit.pid != 0);
}

bool Server::serve(int socket) {
  std::string request;
  std::vector<OwnedFd> ignored;
  if (kernel::receive_message(socket, request, ignored) <= 0) return false;
  auto answered = answer(request);
  if (!answered) {
    const auto& error = answered.error();
    return kernel::send_message(socket, encode(error), {}) > 0 &&
           error.kind != ErrorKind::malformed;
  }
  const int fd = answered->second.get();
  const std::span<const int> fds(&fd, answered->second.is_open() ? 1 : 0);
  return kernel::send_message(socket, encode_ok(answered->first), fds) > 0;
}

Result<Server::Answer> Server::answer(std::string_view request) {
  struct Entry {
    std::string_view word;
    Result<Answer> (Server::*answer)(std::string_view);
  };
  static constexpr Entry entries[] = {
      {"change", &Server::answer_change},
      {"show", &Server::answer_show},
      {"socket", &Server::answer_socket},
      {"stop", &Server::answer_stop},
  };
  auto rest = request;
  const auto word = take(rest, ' ');
  for (const auto& entry : entries) {
    if (entry.word == word) return (this->*entry.answer)(rest);
  }
  return malformed(request);
}

Result<Server::Answer> Server::answer_change(std::string_view rest) {
  auto position = find_path(spec_.paths, take(rest, '\n'));
  if (!position) return position.error();
  auto change = parse_change(rest);
  if (!change) return change.error();
  PathSpec changed = spec_.paths[*position];
  if (auto done = apply(*change, changed); !done) return done.error();
  spec_.paths[*position] = std::move(changed);
  if (auto done = settle(*position); !done) return done.error();
  return Answer{};
}

Result<Server::Answer> Server::answer_show(std::string_view) {
  std::vector<PathState> states;
  for (std::size_t path = 0; path < spec_.paths.size(); ++path) {
    states.push_back({spec_.paths[path], wires_.counters(path, 0), wires_.counters(path, 1)});
  }
  return Answer{encode(states), OwnedFd()};
}

Result<Server::Answer> Server::answer_socket(std::string_view rest) {
  const auto name = take(rest, ' ');
  const auto family = to_number(take(rest, ' '));
  const auto type = to_number(take(rest, ' '));
  const auto protocol = to_number(rest);
  if (!family || !type || !protocol) return malformed(rest);
  for (std::size_t i = 0; i < spec_.hosts.size(); ++i) {
    if (spec_.hosts[i].name != name) continue;
    auto fd = network_.open_socket(i, static_cast<int>(*family), static_cast<int>(*type),
                                   static_cast<int>(*protocol));
    if (!fd) return fd.error();
    return Answer{"", std::move(*fd)};
  }
  return Error{ErrorKind::not_found, 0, "the lab has no host " + quoted(name)};
}

Result<Server::Answer> Server::answer_stop(std::string_view) {
  is_over_ = true;
  return Answer{};
}

}  // namespace mptcp::lab
