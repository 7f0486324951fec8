// SPDX-License-Identifier: MIT
#include <algorithm>
#include <tuple>

#include "cpp/agent.h"

namespace mptcp::conformance {
namespace {

constexpr const char* endpoint_words[] = {"signal",   "subflow",  "backup",
                                          "fullmesh", "implicit", "laminar"};

ConnectionRef connection(Agent& agent, Request& request) {
  if (auto token = request.find<std::uint32_t>("token")) return Token{*token};
  return agent.descriptor(request.take<std::string>("socket"));
}

SubflowRef subflow(Request& request) {
  if (auto id = request.find<std::uint32_t>("subflow")) return SubflowId{*id};
  return AddressPair{request.find_address("local").value(), request.find_address("remote").value()};
}

Priority priority(const Request& request, const std::string& text) {
  return request.word<Priority>(text, {"regular", "backup"});
}

std::optional<AddressId> find_id(Request& request, const char* key) {
  const auto found = request.find<std::uint8_t>(key);
  return found ? std::optional(AddressId{*found}) : std::nullopt;
}

AddressId take_id(Request& request) { return AddressId{request.take<std::uint8_t>("id")}; }

json fields(const Announcement& announcement) {
  return {{"id", number(announcement.id)}, {"address", format(announcement.address)}};
}

// --- the arguments of each operation: the same for both of its forms
// ------------------------------

auto open_arguments(Agent& agent, Request& request) {
  OpenRequest wanted{.local = request.find_address("local"),
                     .remote = request.find_address("remote"),
                     .interface = request.find_interface(),
                     .local_id = find_id(request, "local_id"),
                     .remote_id = find_id(request, "remote_id")};
  wanted.priority = priority(request, request.find<std::string>("priority").value_or("regular"));
  return std::tuple(connection(agent, request), wanted, request.deadline());
}

auto close_arguments(Agent& agent, Request& request) {
  const auto last =
      request.word<LastSubflow>(request.take<std::string>("last"), {"keep", "may_close"});
  return std::tuple(connection(agent, request), subflow(request), request.deadline(), last);
}

auto prefer_arguments(Agent& agent, Request& request) {
  const auto wanted = priority(request, request.take<std::string>("priority"));
  return std::tuple(connection(agent, request), subflow(request), wanted, request.deadline());
}

auto announce_arguments(Agent& agent, Request& request) {
  const AnnounceRequest wanted{.address = request.find_address("address").value(),
                               .id = find_id(request, "id"),
                               .interface = request.find_interface()};
  return std::tuple(connection(agent, request), wanted, request.deadline());
}

auto withdraw_arguments(Agent& agent, Request& request) {
  return std::tuple(connection(agent, request), take_id(request), request.deadline());
}

// --- the form that waits
// --------------------------------------------------------------------------

json open_subflow(Agent& agent, Request& request) {
  const auto [which, wanted, deadline] = open_arguments(agent, request);
  return conformance::fields(agent.control().open(which, wanted, deadline).value());
}

json close_subflow(Agent& agent, Request& request) {
  const auto [which, closed, deadline, last] = close_arguments(agent, request);
  agent.control().close(which, closed, deadline, last).value();
  return nullptr;
}

json prefer_subflow(Agent& agent, Request& request) {
  const auto [which, preferred, wanted, deadline] = prefer_arguments(agent, request);
  return conformance::fields(agent.control().prefer(which, preferred, wanted, deadline).value());
}

json announce_address(Agent& agent, Request& request) {
  const auto [which, wanted, deadline] = announce_arguments(agent, request);
  return fields(agent.control().announce(which, wanted, deadline).value());
}

json withdraw_address(Agent& agent, Request& request) {
  const auto [which, id, deadline] = withdraw_arguments(agent, request);
  agent.control().withdraw(which, id, deadline).value();
  return nullptr;
}

// --- the form that does not
// -----------------------------------------------------------------------

OperationId start_operation(Agent& agent, Request& request) {
  auto& control = agent.control();
  const auto verb = request.take<std::string>("do");
  const auto begin = [&](auto start, const auto& arguments) {
    return std::apply([&](const auto&... each) { return (control.*start)(each...).value(); },
                      arguments);
  };
  if (verb == "open") return begin(&PathControl::start_open, open_arguments(agent, request));
  if (verb == "close_subflow") {
    return begin(&PathControl::start_close, close_arguments(agent, request));
  }
  if (verb == "prefer") return begin(&PathControl::start_prefer, prefer_arguments(agent, request));
  if (verb == "announce") {
    return begin(&PathControl::start_announce, announce_arguments(agent, request));
  }
  if (verb == "withdraw") {
    return begin(&PathControl::start_withdraw, withdraw_arguments(agent, request));
  }
  throw Broken("not an operation: " + verb);
}

json start(Agent& agent, Request& request) {
  const auto as = request.take<std::string>("as");
  const auto object = request.take<json>("operation");
  Request operation(object);
  const OperationId id = start_operation(agent, operation);
  operation.expect_nothing_else();
  agent.under_way.insert(id);
  agent.name(as, id);
  return nullptr;
}

json result_of(const Completion& completion) {
  if (completion.error) throw Failure(*completion.error);
  if (completion.subflow) return conformance::fields(*completion.subflow);
  if (completion.announcement) return fields(*completion.announcement);
  return nullptr;
}

// As a loop would; the operation's own deadline ends it.
json finish(Agent& agent, Request& request) {
  auto& control = agent.control();
  const auto id = agent.thing<OperationId>(request.take<std::string>("operation"));
  if (agent.under_way.erase(id) == 0) return result_of(control.wait(id).value());
  while (!agent.finished.contains(id)) {
    if (!wait_readable(control.descriptor(), Deadline::after(std::chrono::seconds(15)))) {
      throw Broken("the descriptor stays silent");
    }
    for (auto& completion : control.process().value()) {
      agent.finished.insert_or_assign(completion.operation, completion);
    }
  }
  return result_of(agent.finished.extract(id).mapped());
}

json cancel(Agent& agent, Request& request) {
  const auto id = agent.thing<OperationId>(request.take<std::string>("operation"));
  agent.control().cancel(id);
  agent.under_way.erase(id);
  return nullptr;
}

// --- path managers, endpoints, limits
// -------------------------------------------------------------

json get_path_manager(Agent& agent, Request& request) {
  return name(agent.control().path_manager(connection(agent, request)).value());
}

json get_namespace_path_manager(Agent& agent, Request&) {
  return name(agent.control().namespace_path_manager().value());
}

json set_namespace_path_manager(Agent& agent, Request& request) {
  const auto manager = request.word<PathManager>(request.take<std::string>("path_manager"),
                                                 {"kernel", "userspace", "other"});
  agent.control().set_namespace_path_manager(manager).value();
  return nullptr;
}

json convert_path_manager(Agent& agent, Request& request) {
  const int fd = agent.descriptor(request.take<std::string>("socket"));
  agent.control().convert_path_manager(fd).value();
  return nullptr;
}

std::uint32_t take_flags(Request& request) {
  std::uint32_t flags = 0;
  for (const auto& word : request.take<std::vector<std::string>>("flags")) {
    const auto* found = std::find(std::begin(endpoint_words), std::end(endpoint_words), word);
    if (found == std::end(endpoint_words)) throw Broken("no flag of endpoints: " + word);
    flags |= 1u << (found - std::begin(endpoint_words));
  }
  return flags;
}

json list_endpoints(Agent& agent, Request&) {
  json list = json::array();
  for (const auto& endpoint : agent.control().list_endpoints().value()) {
    json flags = json::array();
    for (std::size_t bit = 0; bit < std::size(endpoint_words); ++bit) {
      if (endpoint.flags & 1u << bit) flags.push_back(endpoint_words[bit]);
    }
    list.push_back({{"id", number(endpoint.id)},
                    {"address", format(endpoint.address)},
                    {"interface", interface_name(endpoint.interface)},
                    {"flags", std::move(flags)}});
  }
  return list;
}

json add_endpoint(Agent& agent, Request& request) {
  const Endpoint endpoint{.id = find_id(request, "id").value_or(AddressId{}),
                          .address = request.find_address("address").value(),
                          .interface = request.find_interface().value_or(InterfaceIndex{}),
                          .flags = take_flags(request)};
  return number(agent.control().add_endpoint(endpoint).value());
}

json change_endpoint(Agent& agent, Request& request) {
  agent.control().change_endpoint(take_id(request), take_flags(request)).value();
  return nullptr;
}

json remove_endpoint(Agent& agent, Request& request) {
  agent.control().remove_endpoint(take_id(request)).value();
  return nullptr;
}

json flush_endpoints(Agent& agent, Request&) {
  agent.control().flush_endpoints().value();
  return nullptr;
}

json get_limits(Agent& agent, Request&) {
  const Limits limits = agent.control().limits().value();
  return {{"add_addr_accepted", limits.add_addr_accepted}, {"subflows", limits.subflows}};
}

json set_limits(Agent& agent, Request& request) {
  agent.control()
      .set_limits({request.take<std::uint32_t>("add_addr_accepted"),
                   request.take<std::uint32_t>("subflows")})
      .value();
  return nullptr;
}

}  // namespace

const Actions steer_actions = {
    {"open", open_subflow},
    {"close_subflow", close_subflow},
    {"prefer", prefer_subflow},
    {"announce", announce_address},
    {"withdraw", withdraw_address},
    {"start", start},
    {"finish", finish},
    {"cancel", cancel},
    {"path_manager", get_path_manager},
    {"namespace_path_manager", get_namespace_path_manager},
    {"set_namespace_path_manager", set_namespace_path_manager},
    {"convert_path_manager", convert_path_manager},
    {"list_endpoints", list_endpoints},
    {"add_endpoint", add_endpoint},
    {"change_endpoint", change_endpoint},
    {"remove_endpoint", remove_endpoint},
    {"flush_endpoints", flush_endpoints},
    {"limits", get_limits},
    {"set_limits", set_limits},
};

}  // namespace mptcp::conformance
