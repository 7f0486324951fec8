// SPDX-License-Identifier: MIT
//
// Real connections over loopback, for the suites that steer paths.
#pragma once

#include <string>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

namespace mptcp::test {

// An address, or a failed test.
Address at(const std::string& text);

// A connection and the listener that it came from.
struct Pair {
  OwnedFd listener;
  OwnedFd client;
  OwnedFd server;

  Port port() const;  // of the listener
};

struct PairSpec {
  std::string listen_on = "0.0.0.0";
  std::string connect_to = "127.0.0.1";
  std::string client_from = "";  // bound before it connects, when given
  std::string client_manager = "userspace";
  std::string server_manager = "userspace";
};

// Connected and idle: nobody may join yet.
Pair make_idle_pair(const PairSpec& spec = {});
// After a byte went across.
Pair make_pair(const PairSpec& spec = {});
// Sends a byte each way and waits for it: the connection works, and is fully established.
void exchange_bytes(const Pair& pair);

Deadline soon();  // five seconds

}  // namespace mptcp::test
