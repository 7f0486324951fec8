// SPDX-License-Identifier: MIT
//
// What a Lab and the lab's process say to each other: text, one message a request, one an answer.
//
// Greeting   on every new connection, by the process: the lab's name and socket, its hosts, its
//            paths; with it the descriptors of its user, process and mount namespaces, then of the
//            hosts' network namespaces
// Requests   "change PATH\nWORDS", "show", "socket HOST FAMILY TYPE PROTOCOL", "stop"
// Answers    "ok\n…", or "error KIND CODE\nMESSAGE"
//
// Both ends belong to one user; what cannot be read is `malformed`, and ends the connection.
#pragma once

#include <span>

#include <mptcp/lab_spec.h>

namespace mptcp::lab {

struct Greeting {
  std::string name;
  std::string socket_path;  // empty: nobody else can connect
  std::vector<std::string> hosts;
  std::vector<PathSpec> paths;
};
std::string encode(const Greeting& greeting);
Result<Greeting> decode_greeting(std::string_view text);

std::string encode(const std::vector<PathState>& states);
Result<std::vector<PathState>> decode_states(std::string_view text);

std::string encode_ok(std::string_view body);
std::string encode(const Error& error);
// The body, or the error that was sent.
Result<std::string> decode_answer(std::string_view text);

// Takes the text up to the next separator, and the separator, off the front.
std::string_view take(std::string_view& text, char separator);
std::optional<std::uint64_t> to_number(std::string_view text);

}  // namespace mptcp::lab
