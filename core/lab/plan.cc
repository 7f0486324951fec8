// SPDX-License-Identifier: MIT
#include "lab/plan.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/quoted.h"
#include "lab/change.h"

namespace mptcp::lab {
namespace {

constexpr std::size_t most_paths = 250;  // a path's number is a byte of its addresses
constexpr std::size_t most_hosts = 200;  // their namespaces travel in one message
constexpr std::uint8_t v4_prefix = 24;
constexpr std::uint8_t v6_prefix = 64;

Error wrong(std::string message) { return {ErrorKind::invalid_argument, 0, std::move(message)}; }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

Address v4_of(std::size_t path, std::size_t side) {
  Address address;
  address.bytes = {10, 0, static_cast<std::uint8_t>(path), static_cast<std::uint8_t>(side)};
  return address;
}

// Written, the fourth group shows the path's number: fd00:0:0:10::1 for path 10.
Address v6_of(std::size_t path, std::size_t side) {
  Address address;
  address.family = Family::v6;
  address.bytes = {0xfd};
  address.bytes[6] = static_cast<std::uint8_t>(path / 100);
  address.bytes[7] = static_cast<std::uint8_t>(path / 10 % 10 * 16 + path % 10);
  address.bytes[15] = static_cast<std::uint8_t>(side);
  return address;
}

netlink::HardwareAddress hardware_of(std::size_t path, std::size_t side, std::uint8_t kind) {
  return {2, 'm', 'p', kind, static_cast<std::uint8_t>(path), static_cast<std::uint8_t>(side)};
}

// What the kernel makes of the hardware address (modified EUI-64).
Address link_local_of(const netlink::HardwareAddress& hardware) {
  Address address;
  address.family = Family::v6;
  address.bytes = {0xfe, 0x80};
  const std::array<std::uint8_t, 8> identifier = {static_cast<std::uint8_t>(hardware[0] ^ 2),
                                                  hardware[1],
                                                  hardware[2],
                                                  0xff,
                                                  0xfe,
                                                  hardware[3],
                                                  hardware[4],
                                                  hardware[5]};
  std::copy(identifier.begin(), identifier.end(), address.bytes.begin() + 8);
  return address;
}

Result<std::size_t> find_host(const LabSpec& spec, const std::string& name,
                              const std::string& path) {
  for (std::size_t i = 0; i < spec.hosts.size(); ++i) {
    if (spec.hosts[i].name == name) return i;
  }
  return wrong("path " + quoted(path) + " ends at " + quoted(name) +
               ", which is not a host of the lab");
}

// The two ends of a veth must differ in index: Linux takes one whose peer has the same for no veth,
// and a change of its carrier then waits up to a second to be noticed.
End make_end(std::size_t path, std::size_t side, std::size_t host) {
  constexpr std::size_t first_of_wires = 1000;
  End end;
  end.host = host;
  end.interface_name = "path" + std::to_string(path);
  end.interface = InterfaceIndex{static_cast<std::uint32_t>(2 * path + side)};
  end.hardware_address = hardware_of(path, side + 1, 0);
  end.v4 = address_of(path, side, Family::v4);
  end.v6 = address_of(path, side, Family::v6);
  end.link_local = link_local_of(end.hardware_address);
  end.wire_name = end.interface_name + (side == 0 ? "-from" : "-to");
  end.wire_interface = InterfaceIndex{static_cast<std::uint32_t>(first_of_wires + 2 * path + side)};
  end.wire_hardware_address = hardware_of(path, side + 1, 1);
  return end;
}

Result<void> check_hosts(const LabSpec& spec) {
  if (!spec.name.empty() && !is_name(spec.name)) {
    return wrong(quoted(spec.name) + " is not a name for a lab: letters, digits, - and _");
  }
  if (spec.hosts.empty()) return wrong("a lab needs a host");
  if (spec.hosts.size() > most_hosts) return wrong("a lab has at most 200 hosts");
  std::set<std::string> names;
  for (const auto& host : spec.hosts) {
    if (!is_name(host.name)) {
      return wrong(quoted(host.name) + " is not a name for a host: letters, digits, - and _");
    }
    if (!names.insert(host.name).second) return wrong("two hosts are called " + host.name);
  }
  return {};
}

Result<void> check_paths(const LabSpec& spec) {
  if (spec.paths.size() > most_paths) return wrong("a lab has at most 250 paths");
  std::set<std::string> names;
  for (const auto& path : spec.paths) {
    if (!is_name(path.name)) {
      return wrong(quoted(path.name) + " is not a name for a path: letters, digits, - and _");
    }
    if (!names.insert(path.name).second) return wrong("two paths are called " + path.name);
    if (path.from == path.to) return wrong("path " + path.name + " begins and ends at " + path.to);
    if (auto fine = check(path); !fine) return fine;
  }
  return {};
}

void fill_in_names(LabSpec& spec) {
  std::size_t number = 0;
  for (auto& path : spec.paths) {
    ++number;
    if (path.name.empty()) path.name = "path" + std::to_string(number);
  }
}

// The network that a path is, without the host part.
Address subnet(const Address& address) {
  Address network = address;
  network.bytes[address.family == Family::v4 ? 3 : 15] = 0;
  return network;
}

const Address& address_of(const End& end, Family family) {
  return family == Family::v4 ? end.v4 : end.v6;
}

bool ends_at(const PlannedPath& path, std::size_t host) {
  return path.ends[0].host == host || path.ends[1].host == host;
}

// The path's own table: its subnet, and the far host's other subnets through it.  So a subflow from
// this path's address to any address of the far host stays on this path.
void append_routes(std::vector<netlink::Message>& messages, const std::vector<PlannedPath>& plan,
                   std::size_t path, std::size_t side, Family family,
                   const std::string& congestion_control) {
  const auto& near = plan[path].ends[side];
  const auto& far = plan[path].ends[1 - side];
  netlink::Route route;
  route.prefix = family == Family::v4 ? v4_prefix : v6_prefix;
  route.interface = near.interface;
  route.table = static_cast<std::uint32_t>(plan[path].number);
  route.source = address_of(near, family);
  route.congestion_control = congestion_control;
  route.destination = subnet(address_of(near, family));
  messages.push_back(netlink::add_route(route));
  if (side == 1) return;  // it follows the first host's address, which is in the path's subnet
  route.gateway = address_of(far, family);
  for (const auto& other : plan) {
    if (other.number == plan[path].number || !ends_at(other, far.host)) continue;
    route.destination = subnet(address_of(other.ends[0], family));
    messages.push_back(netlink::add_route(route));
  }
}

}  // namespace

Result<std::vector<PlannedPath>> make_plan(LabSpec& spec) {
  fill_in_names(spec);
  if (auto checked = check_hosts(spec); !checked) return checked.error();
  if (auto checked = check_paths(spec); !checked) return checked.error();
  std::vector<PlannedPath> plan;
  for (const auto& path : spec.paths) {
    auto from = find_host(spec, path.from, path.name);
    if (!from) return from.error();
    auto to = find_host(spec, path.to, path.name);
    if (!to) return to.error();
    const auto number = plan.size() + 1;
    plan.push_back({number, path.kind, {make_end(number, 0, *from), make_end(number, 1, *to)}});
  }
  return plan;
}

Address address_of(std::size_t path, std::size_t side, Family family) {
  return family == Family::v4 ? v4_of(path, side + 1) : v6_of(path, side + 1);
}

std::vector<netlink::Message> addressing_of(const std::vector<PlannedPath>& plan, std::size_t path,
                                            std::size_t side,
                                            const std::string& congestion_control) {
  const auto& near = plan[path].ends[side];
  const auto& far = plan[path].ends[1 - side];
  std::vector<netlink::Message> messages;
  messages.push_back(netlink::change_link(near.interface, {.up = true}));
  messages.push_back(netlink::add_address(near.interface, near.v4, v4_prefix));
  messages.push_back(netlink::add_address(near.interface, near.v6, v6_prefix));
  // Known neighbours: no question about an address is ever lost on the way, or counted.
  for (const auto& address : {far.v4, far.v6, far.link_local}) {
    messages.push_back(netlink::add_neighbour(near.interface, address, far.hardware_address));
  }
  append_routes(messages, plan, path, side, Family::v4, congestion_control);
  append_routes(messages, plan, path, side, Family::v6, congestion_control);
  return messages;
}

std::vector<netlink::Message> rules_of(const PlannedPath& path, std::size_t side) {
  const auto table = static_cast<std::uint32_t>(path.number);
  const auto& from = path.ends[0];
  std::vector<netlink::Message> rules;
  for (const auto& address : {from.v4, from.v6}) {
    // Both ends go by the first host's address, so that both directions take the same path.
    rules.push_back(side == 0 ? netlink::add_rule_from(address, table)
                              : netlink::add_rule_to(address, table));
  }
  return rules;
}

std::string host_names(const LabSpec& spec) {
  std::string lines;
  for (auto family : {Family::v4, Family::v6}) {
    for (std::size_t i = 0; i < spec.paths.size(); ++i) {
      const auto& path = spec.paths[i];
      for (std::size_t side = 0; side < 2; ++side) {
        const auto& host = side == 0 ? path.from : path.to;
        lines += format(address_of(i + 1, side, family));
        lines.append(" ").append(host);
        lines.append(" ").append(host).append(".").append(path.name).append("\n");
      }
    }
  }
  return lines;
}

Result<std::size_t> find_path(const std::vector<PathSpec>& paths, std::string_view word) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].name == word) return i;
  }
  std::size_t number = 0;
  auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (code == std::errc{} && end == word.data() + word.size() && number >= 1 &&
      number <= paths.size()) {
    return number - 1;
  }
  return Error{ErrorKind::not_found, 0, "the lab has no path " + quoted(word)};
}

}  // namespace mptcp::lab
