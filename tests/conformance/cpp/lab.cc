// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <sys/socket.h>

#include "cpp/agent.h"

namespace mptcp::conformance {
namespace {

json fields(const DirectionCounters& counters) {
  return {{"packets", counters.packets},       {"bytes", counters.bytes},
          {"queue_full", counters.queue_full}, {"lost", counters.lost},
          {"blocked", counters.blocked},       {"overrun", counters.overrun},
          {"reordered", counters.reordered},   {"duplicated", counters.duplicated},
          {"stripped", counters.stripped}};
}

Lab& lab_of(Agent& agent, Request& request) {
  return agent.thing<Lab>(request.take<std::string>("lab"));
}

json make_lab(Agent& agent, Request& request) {
  LabSpec spec{.name = request.find<std::string>("name").value_or("")};
  for (const auto& words : request.take<std::vector<std::string>>("paths")) {
    spec.paths.push_back(parse_path(words).value());
  }
  for (auto& host : spec.hosts) {
    host.path_manager = request.find<std::string>("path_manager").value_or("");
  }
  agent.name(request.take<std::string>("as"), Lab::start(spec).value());
  return nullptr;
}

json list_paths(Agent& agent, Request& request) {
  json list = json::array();
  for (const auto& state : lab_of(agent, request).paths().value()) {
    list.push_back({{"name", state.path.name},
                    {"from", state.path.from},
                    {"to", state.path.to},
                    {"words", format(state.path)},
                    {"upload", fields(state.upload)},
                    {"download", fields(state.download)}});
  }
  return list;
}

json change_path(Agent& agent, Request& request) {
  const auto change = parse_change(request.take<std::string>("words")).value();
  lab_of(agent, request).change(request.take<std::string>("path"), change).value();
  return nullptr;
}

json get_address(Agent& agent, Request& request) {
  const auto family = request.word<Family>(request.take<std::string>("family"), {"v4", "v6"});
  return format(
      lab_of(agent, request)
          .address(request.take<std::string>("path"), request.take<std::string>("host"), family)
          .value());
}

json run(Agent& agent, Request& request) {
  auto process = lab_of(agent, request)
                     .spawn({.host = request.take<std::string>("host"),
                             .arguments = request.take<std::vector<std::string>>("arguments"),
                             .standard_output = 2})
                     .value();
  return process.wait(Deadline::after(std::chrono::seconds(10))).value();
}

json make_socket(Agent& agent, Request& request) {
  const auto family = request.word<Family>(request.take<std::string>("family"), {"v4", "v6"});
  const auto transport = request.word<Transport>(
      request.find<std::string>("transport").value_or("tcp"), {"tcp", "mptcp"});
  auto fd =
      lab_of(agent, request)
          .open_socket(request.take<std::string>("host"), family == Family::v4 ? AF_INET : AF_INET6,
                       SOCK_STREAM, transport == Transport::mptcp ? IPPROTO_MPTCP : IPPROTO_TCP);
  agent.name(request.take<std::string>("as"), Socket{std::move(fd).value()});
  return nullptr;
}

json list_labs(Agent&, Request&) { return Lab::list().value(); }

}  // namespace

const Actions lab_actions = {
    {"lab", make_lab},   {"lab_paths", list_paths},    {"lab_change", change_path},
    {"lab_run", run},    {"lab_address", get_address}, {"lab_socket", make_socket},
    {"labs", list_labs},
};

}  // namespace mptcp::conformance
