// SPDX-License-Identifier: MIT
#include "lab/network.h"

#include <linux/netlink.h>

#include <cerrno>

#include "kernel/namespaces.h"

namespace mptcp::lab {
namespace {

using namespace std::chrono_literals;

constexpr InterfaceIndex loopback{1};

// For the kernel to notice a change of carrier.
constexpr auto longest_wait = 10s;
constexpr auto look_again_after = 200us;

// A sysctl of every host.  Older kernels lack some, and do without.
struct Setting {
  const char* name;
  const char* value;
};
constexpr Setting host_settings[] = {
    {"net.mptcp.enabled", "1"},
    {"net.mptcp.blackhole_timeout", "0"},  // one lost SYN would turn MPTCP off for an hour
    {"net.ipv4.conf.all.rp_filter", "0"},  // an answer may come by another path
    {"net.ipv4.conf.default.rp_filter", "0"},
    {"net.ipv4.conf.all.arp_ignore", "1"},  // an address answers on its own path only
    {"net.ipv4.tcp_no_metrics_save", "1"},  // a connection learns nothing from the last one
    {"net.ipv6.conf.all.disable_ipv6", "0"},
    {"net.ipv6.conf.default.disable_ipv6", "0"},
    {"net.ipv6.conf.default.accept_dad", "0"},  // addresses work at once
    {"net.ipv6.conf.default.router_solicitations", "0"},
};
// The wires' namespace only passes frames on.
constexpr Setting wire_settings[] = {
    {"net.ipv6.conf.all.disable_ipv6", "1"},
    {"net.ipv6.conf.default.disable_ipv6", "1"},
};

std::string file_of(std::string name) {
  for (char& c : name) c = c == '.' ? '/' : c;
  return "/proc/sys/" + name;
}

Result<void> set(const std::string& host, const std::string& name, const std::string& value) {
  const int code = kernel::system_kernel().write_file(file_of(name), value);
  if (code < 0) {
    return kernel::system_error(-code, "setting " + name + "=" + value + " in host " + host);
  }
  return {};
}

template <std::size_t count>
void set_where_present(const Setting (&settings)[count]) {
  for (const auto& setting : settings) {
    kernel::system_kernel().write_file(file_of(setting.name), setting.value);
  }
}

// Kernels before 6.15 know the path manager by number only.
Result<void> set_path_manager(const std::string& host, const std::string& manager) {
  auto named = set(host, "net.mptcp.path_manager", manager);
  if (named || named.error().os_code != ENOENT) return named;
  if (manager != "kernel" && manager != "userspace") return named;
  return set(host, "net.mptcp.pm_type", manager == "kernel" ? "0" : "1");
}

Result<void> apply(const HostSpec& spec) {
  set_where_present(host_settings);
  if (!spec.path_manager.empty()) {
    if (auto done = set_path_manager(spec.name, spec.path_manager); !done) return done;
  }
  for (const auto& [name, value] : spec.sysctls) {
    if (auto done = set(spec.name, name, value); !done) return done;
  }
  return {};
}

Result<void> tell(netlink::Socket& socket, netlink::Message message, const std::string& what) {
  auto answer = socket.exchange(message);
  if (!answer) return answer.error();
  if (answer->code != 0) return netlink::refusal(*answer, what);
  return {};
}

Result<OwnedFd> new_network() {
  if (int code = kernel::unshare_namespaces(kernel::network_namespace); code < 0) {
    return kernel::system_error(-code, "making a network namespace");
  }
  const int fd = kernel::own_namespace(kernel::network_namespace);
  if (fd < 0) return kernel::system_error(-fd, "opening a network namespace");
  return OwnedFd(fd);
}

Result<netlink::Socket> open_route() {
  return netlink::Socket::open(kernel::system_kernel(), NETLINK_ROUTE);
}

Error cannot_enter(int code) { return kernel::system_error(-code, "entering a network namespace"); }

}  // namespace

Result<Network> Network::build(const LabSpec& spec, const std::vector<PlannedPath>& plan) {
  auto wires = new_network();
  if (!wires) return wires.error();
  set_where_present(wire_settings);
  auto route = open_route();
  if (!route) return route.error();
  Network network(std::move(*wires), std::move(*route), plan);
  for (const auto& host : spec.hosts) {
    if (auto added = network.add_host(host); !added) return added.error();
  }
  for (std::size_t path = 0; path < plan.size(); ++path) {
    if (auto added = network.add_path(path); !added) return added.error();
  }
  return network;
}

Result<void> Network::add_host(const HostSpec& spec) {
  auto network = new_network();
  if (!network) return network.error();
  auto configure = [&]() -> Result<void> {
    auto route = open_route();
    if (!route) return route.error();
    if (auto done = apply(spec); !done) return done;
    auto up = netlink::change_link(loopback, {.up = true});
    if (auto done = tell(*route, std::move(up), "bringing up lo of " + spec.name); !done) {
      return done;
    }
    hosts_.push_back({std::move(*network), std::move(*route), spec.congestion_control});
    return {};
  };
  auto configured = configure();
  int code = kernel::join_namespace(wires_.get(), kernel::network_namespace);
  return code < 0 ? Result<void>(cannot_enter(code)) : configured;
}

Result<void> Network::add_path(std::size_t path) {
  const auto& [from, to] = plan_[path].ends;
  const auto what = "making path " + std::to_string(plan_[path].number);
  auto end = [&](const End& e) {
    return netlink::VethEnd{e.interface_name, e.interface, hosts_[e.host].network.get(),
                            e.hardware_address};
  };
  auto wire = [&](const End& e) {
    return netlink::VethEnd{e.wire_name, e.wire_interface, wires_.get(), e.wire_hardware_address};
  };
  auto& maker = hosts_[from.host].route;
  if (plan_[path].kind == PathKind::direct) {
    if (auto done = tell(maker, netlink::create_veth(end(from), end(to)), what); !done) return done;
  } else {
    for (const auto& e : plan_[path].ends) {
      auto made = tell(hosts_[e.host].route, netlink::create_veth(end(e), wire(e)), what);
      if (!made) return made;
    }
  }
  for (std::size_t side = 0; side < 2; ++side) {
    if (auto done = add_addressing(path, side); !done) return done;
    auto& socket = hosts_[plan_[path].ends[side].host].route;
    for (auto& rule : rules_of(plan_[path], side)) {
      if (auto done = tell(socket, std::move(rule), what); !done) return done;
    }
  }
  return {};
}

Result<void> Network::add_addressing(std::size_t path, std::size_t side) {
  auto& host = hosts_[plan_[path].ends[side].host];
  for (auto& message : addressing_of(plan_, path, side, host.congestion_control)) {
    auto done = tell(host.route, std::move(message),
                     "addressing path " + std::to_string(plan_[path].number));
    if (!done) return done;
  }
  return {};
}

Result<void> Network::set_link(std::size_t path, LinkState state) {
  const auto what = "setting the link of path " + std::to_string(plan_[path].number);
  const netlink::LinkChange change{.up = state == LinkState::up};
  const bool direct = plan_[path].kind == PathKind::direct;
  for (std::size_t side = 0; side < 2; ++side) {
    const auto& end = plan_[path].ends[side];
    if (direct && state == LinkState::up) {
      // Going down took the routes and the IPv6 addresses away.
      if (auto done = add_addressing(path, side); !done) return done;
      continue;
    }
    auto& socket = direct ? hosts_[end.host].route : route_;
    const auto interface = direct ? end.interface : end.wire_interface;
    if (auto done = tell(socket, netlink::change_link(interface, change), what); !done) return done;
  }
  for (const auto& end : plan_[path].ends) {
    auto done = await_link(hosts_[end.host].route, end.interface, state);
    if (done && !direct) done = await_link(route_, end.wire_interface, state);
    if (!done) return done;
  }
  return {};
}

// The kernel passes a change of carrier on in a work queue; until then, packets are dropped.
Result<void> Network::await_link(netlink::Socket& socket, InterfaceIndex interface,
                                 LinkState state) {
  const auto deadline = Deadline::after(longest_wait);
  bool running = false;
  do {
    auto message = netlink::get_link(interface);
    auto answer = socket.exchange(
        message, [&](const netlink::View& link) { running = netlink::is_running(link); });
    if (!answer) return answer.error();
    if (running == (state == LinkState::up)) return {};
    kernel::system_kernel().poll(nullptr, 0, look_again_after);
  } while (Deadline::Clock::now() < deadline.when());
  return Error{ErrorKind::timed_out, ETIMEDOUT,
               "waiting for interface " + std::to_string(number(interface)) + " of the lab to be " +
                   (state == LinkState::up ? "up" : "down")};
}

Result<void> Network::set_burst(std::size_t path, std::uint32_t packets) {
  const auto what = "setting the burst of path " + std::to_string(plan_[path].number);
  for (const auto& end : plan_[path].ends) {
    auto message = netlink::change_link(end.interface, {.gso_max_segments = packets});
    if (auto done = tell(hosts_[end.host].route, std::move(message), what); !done) return done;
  }
  return {};
}

Result<void> Network::visit(std::size_t host, const std::function<Result<void>()>& visit) {
  int code = kernel::join_namespace(hosts_[host].network.get(), kernel::network_namespace);
  if (code < 0) return cannot_enter(code);
  auto result = visit();
  code = kernel::join_namespace(wires_.get(), kernel::network_namespace);
  return code < 0 ? Result<void>(cannot_enter(code)) : result;
}

Result<OwnedFd> Network::open_socket(std::size_t host, int family, int type, int protocol) {
  OwnedFd opened;
  auto done = visit(host, [&]() -> Result<void> {
    const int fd = kernel::system_kernel().socket(family, type, protocol);
    if (fd < 0) return kernel::system_error(-fd, "making a socket in the lab");
    opened = OwnedFd(fd);
    return {};
  });
  if (!done) return done.error();
  return opened;
}

std::vector<int> Network::namespaces() const {
  std::vector<int> fds;
  for (const auto& host : hosts_) fds.push_back(host.network.get());
  return fds;
}

}  // namespace mptcp::lab
