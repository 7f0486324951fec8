// SPDX-License-Identifier: MIT
#include "paths/route.h"

#include <algorithm>
#include <cerrno>

#include "kernel/constants.h"

namespace mptcp::paths {
namespace {

Error bad_request(std::string message) {
  return {ErrorKind::invalid_argument, 0, std::move(message)};
}

std::string_view word(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

Address plain(Address address) {
  address.mapped = false;
  return address;
}

bool names_host(const std::optional<Address>& address) {
  return address && !address->is_unspecified();
}

// Asks routing which address of ours would talk to `remote`; nothing is sent.
Result<Address> route_lookup(kernel::Kernel& kernel, const Address& remote,
                             std::optional<InterfaceIndex> interface) {
  const std::string what = "looking for a way to " + format(remote);
  int opened = kernel.socket(remote.family == Family::v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  if (opened < 0) return kernel::system_error(-opened, what);
  OwnedFd fd(opened);
  if (interface) {
    const int index = static_cast<int>(number(*interface));
    int code =
        kernel.set_option(fd.get(), SOL_SOCKET, kernel::so_bind_to_interface, &index, sizeof index);
    if (code < 0)
      return kernel::system_error(-code, what + " by interface " + std::to_string(index));
  }
  sockaddr_storage storage;
  socklen_t length = to_sockaddr(remote, storage);
  int code = kernel.connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length);
  if (code < 0) return kernel::system_error(-code, what);
  length = sizeof storage;
  code = kernel.local_name(fd.get(), &storage, &length);
  if (code < 0) return kernel::system_error(-code, what);
  auto local = from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), length);
  if (!local) return local.error();
  return local->with_port(Port{});
}

// An interface without a route of its own (policy routing by source address) still has addresses.
std::optional<Address> interface_address(kernel::Kernel& kernel, const Address& remote,
                                         InterfaceIndex interface) {
  auto addresses = kernel.interface_addresses(interface);
  auto fits = [&](const Address& address) {
    return address.family == remote.family && address.is_link_local() == remote.is_link_local();
  };
  auto found = std::find_if(addresses.begin(), addresses.end(), fits);
  if (found == addresses.end()) return std::nullopt;
  return *found;
}

Result<Address> choose_local(kernel::Kernel& kernel, const Address& remote,
                             std::optional<InterfaceIndex> interface) {
  auto routed = route_lookup(kernel, remote, interface);
  if (routed || !interface) return routed;
  if (auto address = interface_address(kernel, remote, *interface)) return *address;
  return routed;
}

Result<Address> choose_remote(const Target& target, const OpenRequest& request) {
  if (request.remote && request.remote->is_unspecified()) {
    return bad_request(format(*request.remote) + " is no address to connect to");
  }
  if (request.remote && request.remote->port != Port{}) return plain(*request.remote);
  auto first = target.first_remote();
  if (!first) return first.error();
  if (request.remote) return plain(request.remote->with_port(first->port));
  if (names_host(request.local) && request.local->family != first->family) {
    return bad_request("the peer's first address, " + format(*first) + ", is " +
                       std::string(word(first->family)) + "; name an " +
                       std::string(word(request.local->family)) + " remote address for " +
                       format(*request.local));
  }
  return plain(*first);
}

Result<void> check_families(const Target& target, const Route& route) {
  if (route.local.family != route.remote.family) {
    return bad_request(format(route.local) + " and " + format(route.remote) +
                       " are of different families");
  }
  if (route.remote.family == Family::v4) return {};
  auto family = target.socket_family();
  if (!family) return family.error();
  if (*family == Family::v6) return {};
  return bad_request(target.name() + " is an IPv4 socket, which cannot have subflows to " +
                     format(route.remote) + "; make the socket an IPv6 one");
}

}  // namespace

Result<std::optional<InterfaceIndex>> interface_of(const Address& address,
                                                   std::optional<InterfaceIndex> named) {
  if (address.scope != 0 && named && number(*named) != address.scope) {
    return bad_request(format(address) + " is not on interface " + std::to_string(number(*named)));
  }
  if (address.scope != 0) return std::optional(InterfaceIndex{address.scope});
  if (address.is_link_local() && !named) {
    return bad_request(format(address) + " is link-local: name its interface");
  }
  return named;
}

Result<Route> complete_route(kernel::Kernel& kernel, const Target& target,
                             const OpenRequest& request) {
  if (!request.local && !request.remote && !request.interface) {
    return bad_request("name at least one of local, remote and interface");
  }
  auto remote = choose_remote(target, request);
  if (!remote) return remote.error();
  // A scope at one end holds for the other.
  auto named = request.interface;
  if (!named && request.local && request.local->scope != 0) {
    named = InterfaceIndex{request.local->scope};
  }
  auto interface = interface_of(*remote, named);
  if (!interface) return interface.error();
  Route route{{}, *remote, *interface};
  if (remote->is_link_local()) route.remote.scope = number(**interface);

  if (names_host(request.local)) {
    route.local = plain(*request.local);
    auto local_interface = interface_of(route.local, route.interface);
    if (!local_interface) return local_interface.error();
    route.interface = *local_interface;
  } else {
    auto local = choose_local(kernel, route.remote, route.interface);
    if (!local) return local.error();
    route.local = plain(request.local ? local->with_port(request.local->port) : *local);
  }
  if (auto fit = check_families(target, route); !fit) return fit.error();
  return route;
}

}  // namespace mptcp::paths
