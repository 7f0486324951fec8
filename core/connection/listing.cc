// SPDX-License-Identifier: MIT
#include <linux/netlink.h>

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "connection/decode_info.h"
#include "connection/detail.h"
#include "connection/processes.h"
#include "connection/reader.h"
#include "netlink/sock_diag.h"

namespace mptcp::connection {
namespace {

Result<netlink::Socket> open_diag(kernel::Kernel& kernel) {
  if (kernel.is_switched_off(Capability::connection_listing)) {
    return Error{ErrorKind::not_supported, 0, "listing MPTCP connections is switched off"};
  }
  return netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
}

// A raw socket in disguise, from kernels that cannot list MPTCP, tells no information.
bool is_connection(const netlink::DiagConnection& found) {
  return found.state != TcpState::listen && found.info_size > offsetof(kernel::MptcpInfo, token);
}

ListedConnection to_listed(const netlink::DiagConnection& found) {
  ListedConnection listed;
  listed.info = decode_info(found.info, found.info_size);
  listed.token = listed.info.token.value_or(Token{});
  listed.state = found.state;
  listed.local = found.key.local;
  listed.remote = found.key.remote;
  listed.owner = found.owner;
  listed.inode = found.inode;
  return listed;
}

Subflow to_subflow(kernel::Kernel& kernel, const netlink::DiagSocket& found) {
  Subflow subflow;
  subflow.state = found.state;
  subflow.local = found.key.local;
  subflow.remote = found.key.remote;
  subflow.tcp = found.tcp;
  subflow.tcp_size = found.tcp_size;
  subflow.detail = to_detail(kernel, found);
  return subflow;
}

// Finds the connection that a TCP socket belongs to: by the token, which also orphans have, or by
// the inode, which older kernels tell as well.
class Owners {
 public:
  explicit Owners(std::vector<ListedConnection>& connections) {
    for (auto& connection : connections) {
      if (connection.token != Token{}) by_token_[number(connection.token)] = &connection;
      if (connection.inode != 0) by_inode_[connection.inode] = &connection;
    }
  }
  ListedConnection* of(const netlink::DiagSocket& socket) const {
    if (socket.ulp && socket.ulp->local_token) {
      auto owner = by_token_.find(number(*socket.ulp->local_token));
      if (owner != by_token_.end()) return owner->second;
    }
    auto owner = by_inode_.find(socket.inode);
    return owner != by_inode_.end() ? owner->second : nullptr;
  }

 private:
  std::unordered_map<std::uint32_t, ListedConnection*> by_token_;
  std::unordered_map<std::uint64_t, ListedConnection*> by_inode_;
};

// The initial subflow first: the connection has its addresses.
auto order(const ListedConnection& connection, const Subflow& subflow) {
  const bool joined = subflow.local != connection.local || subflow.remote != connection.remote;
  const auto& detail = *subflow.detail;
  return std::tuple(joined, detail.local_id, detail.remote_id, subflow.local.port,
                    subflow.remote.port);
}

Result<void> add_subflows(kernel::Kernel& kernel, netlink::Socket& socket,
                          std::vector<ListedConnection>& connections) {
  const Owners owners(connections);
  auto found = netlink::list_sockets(socket, [&](const netlink::DiagSocket& candidate) {
    return owners.of(candidate) != nullptr;
  });
  if (!found) return found.error();
  for (const auto& subflow : *found) {
    owners.of(subflow)->subflows.push_back(to_subflow(kernel, subflow));
  }
  for (auto& connection : connections) {
    std::sort(connection.subflows.begin(), connection.subflows.end(),
              [&](const Subflow& a, const Subflow& b) {
                return order(connection, a) < order(connection, b);
              });
  }
  return {};
}

void add_processes(kernel::Kernel& kernel, std::vector<ListedConnection>& connections) {
  const auto holders = find_holders(kernel);
  for (auto& connection : connections) {
    auto holder = holders.find(connection.inode);
    if (holder == holders.end()) continue;
    connection.pid = holder->second.pid;
    connection.fd = holder->second.fd;
    connection.process = holder->second.process;
  }
}

}  // namespace

Result<std::vector<ListedConnection>> list_connections(kernel::Kernel& kernel) {
  auto socket = open_diag(kernel);
  if (!socket) return socket.error();
  auto found = netlink::list_connections(*socket);
  if (!found) return found.error();

  std::vector<ListedConnection> connections;
  for (const auto& connection : *found) {
    if (is_connection(connection)) connections.push_back(to_listed(connection));
  }
  if (connections.empty()) return connections;
  // Inodes grow with time: the oldest first.
  std::sort(connections.begin(), connections.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.inode, a.token) < std::tuple(b.inode, b.token);
  });
  if (auto added = add_subflows(kernel, *socket, connections); !added) return added.error();
  add_processes(kernel, connections);
  return connections;
}

Result<ListedConnection> find_connection(kernel::Kernel& kernel, Token token) {
  auto socket = open_diag(kernel);
  if (!socket) return socket.error();
  auto found = netlink::find_connection(*socket, token);
  if (!found) return found.error();
  if (!*found || !is_connection(**found)) {
    // The kernel gives the same answer when it cannot look for any.
    if (auto can = netlink::check_connection_diag(*socket); !can) return can.error();
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", number(token));
    return Error{ErrorKind::not_found, 0, std::string("no MPTCP connection has token ") + text};
  }
  std::vector<ListedConnection> one{to_listed(**found)};
  if (auto added = add_subflows(kernel, *socket, one); !added) return added.error();
  return std::move(one.front());
}

}  // namespace mptcp::connection
