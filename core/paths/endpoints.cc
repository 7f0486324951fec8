// SPDX-License-Identifier: MIT
#include "paths/endpoints.h"

#include <algorithm>
#include <cerrno>

#include "paths/refusals.h"

namespace mptcp::paths {
namespace {

Error bad_request(std::string message) {
  return {ErrorKind::invalid_argument, 0, std::move(message)};
}

std::string describe(AddressId id) { return "endpoint " + std::to_string(number(id)); }

// What the kernel refuses as well, in its own words of "invalid flags".
Result<void> check(const Endpoint& endpoint) {
  const std::string what = "adding endpoint " + format(endpoint.address);
  if (endpoint.address.is_unspecified()) return bad_request(what + ": it is no address");
  if ((endpoint.flags & endpoint_signal) && (endpoint.flags & endpoint_fullmesh)) {
    return bad_request(what + ": signal and fullmesh exclude each other");
  }
  if (endpoint.flags & endpoint_implicit) {
    return bad_request(what + ": implicit endpoints are the kernel's own");
  }
  const bool only_signal =
      (endpoint.flags & endpoint_signal) && !(endpoint.flags & endpoint_subflow);
  if (endpoint.address.port != Port{} && !only_signal) {
    return bad_request(what + ": a port needs the flag signal, and not subflow");
  }
  return {};
}

Error endpoint_refusal(const netlink::Answer& answer, std::string what) {
  switch (answer.code) {
    case EEXIST:
    case EBUSY:  // the id
      return netlink::refusal(ErrorKind::already_exists, answer, std::move(what));
    case ERANGE:
      return netlink::refusal(ErrorKind::limit_reached, answer, std::move(what));
    default:
      break;
  }
  if (answer.text == "address not found") {
    return {ErrorKind::not_found, answer.code, what + ": there is none"};
  }
  return refusal_error(answer, std::move(what));
}

Result<void> ask(Channels& channels, const netlink::PmRequest& request, const std::string& what) {
  auto answer = channels.ask(request);
  if (!answer) return answer.error();
  if (answer->code != 0) return endpoint_refusal(*answer, what);
  return {};
}

Endpoint to_endpoint(const netlink::PmAddress& entry) {
  return {entry.id.value_or(AddressId{}), entry.address, entry.interface.value_or(InterfaceIndex{}),
          entry.flags.value_or(0)};
}

Result<Endpoint> find_endpoint(Channels& channels, AddressId id, const std::string& what) {
  auto endpoints = list_endpoints(channels);
  if (!endpoints) return endpoints.error();
  auto found = std::find_if(endpoints->begin(), endpoints->end(),
                            [&](const Endpoint& endpoint) { return endpoint.id == id; });
  if (found == endpoints->end()) return Error{ErrorKind::not_found, 0, what + ": there is none"};
  return *found;
}

}  // namespace

Result<std::vector<Endpoint>> list_endpoints(Channels& channels) {
  // A list that changes while it is read comes with holes; read it again, but not for ever.
  constexpr int attempts = 4;
  std::vector<Endpoint> endpoints;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    endpoints.clear();
    auto answer = channels.list_addresses(std::nullopt, [&](const netlink::PmAddress& entry) {
      endpoints.push_back(to_endpoint(entry));
    });
    if (!answer) return answer.error();
    if (answer->code != 0) return refusal_error(*answer, "listing the endpoints");
    if (!answer->interrupted) break;
  }
  return endpoints;
}

Result<AddressId> add_endpoint(Channels& channels, const Endpoint& endpoint) {
  if (auto good = check(endpoint); !good) return good.error();
  netlink::PmAddress entry{.address = endpoint.address, .flags = endpoint.flags};
  if (endpoint.id != AddressId{}) entry.id = endpoint.id;
  if (endpoint.interface != InterfaceIndex{}) entry.interface = endpoint.interface;
  if (!entry.interface && endpoint.address.scope != 0) {
    entry.interface = InterfaceIndex{endpoint.address.scope};
  }
  const std::string what = "adding endpoint " + format(endpoint.address);
  auto added = ask(channels, {.command = netlink::PmCommand::add_endpoint, .local = entry}, what);
  if (!added) return added.error();
  if (entry.id) return *entry.id;

  auto endpoints = list_endpoints(channels);
  if (!endpoints) return endpoints.error();
  for (const Endpoint& candidate : *endpoints) {
    if (candidate.address == endpoint.address) return candidate.id;
  }
  return Error{ErrorKind::not_found, 0, what + ": somebody removed it at once"};
}

Result<void> change_endpoint(Channels& channels, AddressId id, std::uint32_t flags) {
  const std::string what = "changing " + describe(id);
  auto endpoint = find_endpoint(channels, id, what);
  if (!endpoint) return endpoint.error();
  if ((endpoint->flags & endpoint_signal) && (flags & endpoint_fullmesh)) {
    return bad_request(what + ": signal and fullmesh exclude each other");
  }
  const netlink::PmAddress entry{.address = endpoint->address, .id = id, .flags = flags};
  return ask(channels, {.command = netlink::PmCommand::set_flags, .local = entry}, what);
}

Result<void> remove_endpoint(Channels& channels, AddressId id) {
  if (id == AddressId{}) return bad_request("0 is no endpoint's id");
  return ask(channels, {.command = netlink::PmCommand::remove_endpoint, .endpoint_id = id},
             "removing " + describe(id));
}

Result<void> flush_endpoints(Channels& channels) {
  return ask(channels, {.command = netlink::PmCommand::flush_endpoints}, "removing all endpoints");
}

Result<Limits> limits(Channels& channels) {
  Limits found;
  auto answer =
      channels.ask({.command = netlink::PmCommand::get_limits}, [&](const netlink::View& view) {
        auto told = netlink::decode_limits(view);
        if (told) found = {told->add_addr_accepted, told->subflows};
      });
  if (!answer) return answer.error();
  if (answer->code != 0) return refusal_error(*answer, "reading the limits");
  return found;
}

Result<void> set_limits(Channels& channels, const Limits& limits) {
  return ask(channels,
             {.command = netlink::PmCommand::set_limits,
              .limit_add_addr_accepted = limits.add_addr_accepted,
              .limit_subflows = limits.subflows},
             "setting the limits to " + std::to_string(limits.subflows) + " subflows, " +
                 std::to_string(limits.add_addr_accepted) + " accepted addresses");
}

}  // namespace mptcp::paths
