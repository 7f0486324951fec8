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

// Drives the asynchronous form, as a program's own loop would: polls the descriptor, and returns
// the first completion.  Fails the test when none comes within five seconds.
Completion next_completion(PathControl& control);

// Until a connection has that many subflows: what the other end does arrives a little later.
void wait_for_subflows(const OwnedFd& fd, std::size_t count);

}  // namespace mptcp::test

#define ASSERT_OK(result) ASSERT_TRUE(result) << (result).error().message
#define EXPECT_OK(result) EXPECT_TRUE(result) << (result).error().message
// The error's kind, and words that its message must have.
#define EXPECT_ERROR(result, expected_kind, words)                                                \
  do {                                                                                            \
    const auto& refused = (result);                                                               \
    ASSERT_FALSE(refused);                                                                        \
    EXPECT_EQ(name(refused.error().kind), name(expected_kind));                                   \
    EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message; \
  } while (false)
