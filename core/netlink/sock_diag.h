// SPDX-License-Identifier: MIT
//
// The kernel's sock_diag: TCP sockets and MPTCP connections of the namespace, as anybody may see
// them, and SOCK_DESTROY.  A Socket for NETLINK_SOCK_DIAG asks.
//
// Addresses keep the form that the socket has: IPv4 or v4-mapped (Address::mapped).
#pragma once

#include <functional>

#include <mptcp/base.h>
#include <mptcp/connection.h>
#include <mptcp/tcp_info.h>

#include "kernel/constants.h"
#include "netlink/socket.h"

namespace mptcp::netlink {

// What names one TCP socket.  A socket bound to an interface is found under that one only.
struct SocketKey {
  Address local;
  Address remote;
  InterfaceIndex interface = {};
};

// What MPTCP adds to a subflow's TCP socket.
struct DiagUlp {
  std::optional<Token> local_token;
  std::optional<Token> remote_token;
  std::optional<AddressId> local_id;
  std::optional<AddressId> remote_id;
  std::uint32_t flags = 0;  // of DiagUlpFlag
};
enum DiagUlpFlag : std::uint32_t {
  ulp_asked = 0x02,    // the first subflow of a connection that this end opened
  ulp_initial = 0x03,  // either bit: a first subflow
  ulp_backup_by_peer = 0x10,
  ulp_backup = 0x20,
  ulp_fully_established = 0x40,
};

struct DiagSocket {
  SocketKey key;
  TcpState state = TcpState::unknown;
  std::uint32_t owner = 0;  // uid
  std::uint64_t inode = 0;  // of a subflow: its connection's
  std::uint64_t cookie = 0;
  char congestion_control[16] = {};
  TcpInfo tcp{};
  std::uint32_t tcp_size = 0;      // how many bytes of it the kernel filled
  std::optional<DiagUlp> ulp;      // absent: no subflow, or an older kernel and no privilege
  bool tells_upper_layer = false;  // of a listener too, which has no `ulp`
};

struct DiagConnection {
  SocketKey key;
  TcpState state = TcpState::unknown;
  std::uint32_t owner = 0;
  std::uint64_t inode = 0;
  kernel::MptcpInfo info{};
  std::uint32_t info_size = 0;  // how many bytes of it the kernel filled; 0: it told nothing
};

// One TCP socket, not a listener, by its exact addresses.  A key without an interface finds a bound
// socket as well, at the price of a dump.  Allocates nothing.
Result<std::optional<DiagSocket>> find_socket(Socket& socket, const SocketKey& key);

// The TCP listener on an address, an MPTCP one's as well.
Result<std::optional<DiagSocket>> find_listener(Socket& socket, const Address& local);

// Every TCP socket with two ends that `wanted` wants.
using SocketFilter = std::function<bool(const DiagSocket&)>;
Result<std::vector<DiagSocket>> list_sockets(Socket& socket, const SocketFilter& wanted);

// Every MPTCP connection, listeners left out.  `not_supported` where the kernel has no such diag.
Result<std::vector<DiagConnection>> list_connections(Socket& socket);
Result<std::optional<DiagConnection>> find_connection(Socket& socket, Token token);
// What MPTCP sockets listen on, one entry a socket.
Result<std::vector<Address>> list_listeners(Socket& socket);

// Whether list_connections() would answer, without making it do so.
Result<void> check_connection_diag(Socket& socket);

// Resets one TCP socket.  With a cookie, that very socket and no successor on the same addresses.
// Fails with `not_found`, `not_permitted`, `not_supported`.
Result<void> destroy_socket(Socket& socket, const SocketKey& key,
                            std::optional<std::uint64_t> cookie = std::nullopt);

// For tests and fuzzers: one message of an answer.  Nothing when it is none or too short.
std::optional<DiagSocket> decode_socket(const View& view);
std::optional<DiagConnection> decode_connection(const View& view);

}  // namespace mptcp::netlink
