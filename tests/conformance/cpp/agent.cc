// SPDX-License-Identifier: MIT
#include "cpp/agent.h"

#include <net/if.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <system_error>

namespace mptcp::conformance {

Request::Request(const json& object) : object_(object) {
  if (!object.is_object()) throw Broken("a request is an object");
}

Deadline Request::deadline() {
  return Deadline::after(std::chrono::milliseconds(find<int>("deadline_ms").value_or(5000)));
}

std::optional<Address> Request::find_address(const char* key) {
  const auto text = find<std::string>(key);
  if (!text) return std::nullopt;
  return parse_address(*text).value();
}

std::optional<InterfaceIndex> Request::find_interface() {
  const auto name = find<std::string>("interface");
  if (!name) return std::nullopt;
  const unsigned index = ::if_nametoindex(name->c_str());
  if (index == 0) throw std::system_error(errno, std::generic_category(), *name);
  return InterfaceIndex{index};
}

void Request::expect_nothing_else() const {
  for (const auto& [key, value] : object_.items()) {
    if (!taken_.contains(key)) throw Broken("unknown key " + key);
  }
}

Thing& Agent::thing(const std::string& name) {
  const auto found = things_.find(name);
  if (found == things_.end()) throw Broken("nothing is named " + name);
  return found->second;
}

int Agent::descriptor(const std::string& socket) {
  if (std::holds_alternative<Closed>(thing(socket))) return -1;
  return thing<Socket>(socket).fd.get();
}

PathControl& Agent::control() {
  if (!control_) control_ = PathControl::direct().value();
  return *control_;
}

json text_or_null(const std::optional<Address>& address) {
  return address ? json(format(*address)) : json();
}

json interface_name(InterfaceIndex interface) {
  char name[IF_NAMESIZE];
  return ::if_indextoname(number(interface), name) ? json(name) : json();
}

bool wait_readable(int fd, Deadline deadline) {
  using std::chrono::ceil, std::chrono::milliseconds;
  pollfd waiting{fd, POLLIN, 0};
  for (;;) {
    const auto left = ceil<milliseconds>(deadline.when() - Deadline::Clock::now());
    if (left.count() < 0) return false;
    if (::poll(&waiting, 1, static_cast<int>(left.count())) > 0) return true;
  }
}

namespace {

json error(std::string_view kind, int os_code, const std::string& message, const char* type) {
  return {{"error", {{"kind", kind}, {"os_code", os_code}, {"message", message}, {"type", type}}}};
}

// The conversion from an error as a value to an exception is Result::value().
json raise_error(Agent&, Request& request) {
  Error error{ErrorKind::invalid_argument, request.take<int>("os_code"),
              request.take<std::string>("message")};
  const auto kind = request.take<std::string>("kind");
  while (name(error.kind) != kind) {
    if (error.kind == ErrorKind::system) throw Broken("no such kind of error: " + kind);
    error.kind = ErrorKind(static_cast<int>(error.kind) + 1);
  }
  Result<void>(error).value();
  return nullptr;
}

Action find_action(const std::string& wanted) {
  if (wanted == "raise") return raise_error;
  for (const auto* room :
       {&socket_actions, &see_actions, &steer_actions, &event_actions, &lab_actions}) {
    if (const auto found = room->find(wanted); found != room->end()) return found->second;
  }
  throw Broken("unknown do: " + wanted);
}

json answer(Agent& agent, const std::string& line) try {
  const json object = json::parse(line);
  Request request(object);
  const Action action = find_action(request.take<std::string>("do"));
  json ok = action(agent, request);
  request.expect_nothing_else();
  return {{"ok", std::move(ok)}};
} catch (const Failure& failure) {
  const Error& cause = failure.error();
  return error(name(cause.kind), cause.os_code, cause.message, "mptcp::Failure");
} catch (const std::system_error& failure) {
  return error("system", failure.code().value(), failure.what(), "std::system_error");
} catch (const std::exception& failure) {
  return {{"broken", failure.what()}};
}

}  // namespace
}  // namespace mptcp::conformance

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  mptcp::conformance::Agent agent;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << mptcp::conformance::answer(agent, line) << std::endl;
  }
  return 0;
}
