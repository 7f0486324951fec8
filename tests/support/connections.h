// SPDX-License-Identifier: MIT
//
// Real connections between two sockets of this process, over addresses of this namespace.
#pragma once

#include <functional>
#include <string>

#include <mptcp/connection.h>

namespace mptcp::test {

// What the two ends are made of, and where they meet: "127.0.0.1", "::1", or "::ffff:127.0.0.1"
// for an IPv6 client of an IPv4 server.
struct ConnectionSpec {
  Transport client = Transport::mptcp;
  Transport server = Transport::mptcp;
  std::string address = "127.0.0.1";
};

struct Connection {
  OwnedFd listener;
  OwnedFd client;
  OwnedFd server;
};

// Sockets that libmptcp had no hand in.  What fails, fails the test, and is_open() is false.
OwnedFd make_socket(Family family, Transport transport);
OwnedFd make_listener(const std::string& address, Transport transport);
Connection connect(const ConnectionSpec& spec);

// The address that a socket is bound to, and the one that it is connected to.
Address local_address(int fd);
Address peer_address(int fd);

// Starts to connect; waits for nothing.  0, or the errno: EINPROGRESS above all.
int start_connect(int fd, const Address& peer);
// Waits until poll() says so, ten seconds at most.
bool wait_for(int fd, short events);
// Asks again until it holds, ten seconds at most: for what no descriptor announces.
bool eventually(const std::function<bool()>& holds);

// One byte there and one back, so that both ends have seen data: others may join from then on.
void exchange(const Connection& connection);
void send_text(int fd, const std::string& text);
std::string receive_text(int fd, std::size_t length);

// Closes with a reset instead of a farewell.
void reset(OwnedFd& fd);

// The kernel's SO_COOKIE: another number is another socket.
std::uint64_t cookie(int fd);

}  // namespace mptcp::test
