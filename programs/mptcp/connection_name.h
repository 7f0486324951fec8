// SPDX-License-Identifier: MIT
//
// How people name connections and subflows on the command line.
//
//   CONNECTION  0x1a2b3c4d         its token, as `mptcp list` and `ss -M` print it
//               1234               a token, or a process with exactly one connection
//               1234:5             descriptor 5 of process 1234
//               LOCAL-REMOTE       two addresses, ports may be left out
//               10.0.1.2:80, :80   an address or port that only one connection has
//   SUBFLOW     2                  its id; also LOCAL-REMOTE or an address, as above
#pragma once

#include <optional>
#include <string>
#include <variant>

#include <mptcp/paths.h>

namespace mptcp::program {

// What an address of a subflow is compared with; port 0 and the unspecified address fit all.
struct AddressPattern {
  Address address;
  bool fits(const Address& candidate) const;
};

// Both, or one that may be at either end.
struct PairPattern {
  AddressPattern first;
  std::optional<AddressPattern> second;
  bool fits(const Address& local, const Address& remote) const;
};

struct Descriptor {
  int pid = 0;
  int fd = 0;
};
enum class TokenOrProcess : std::uint32_t {};

struct ConnectionName {
  std::string word;  // as it was typed, for messages
  std::variant<Token, TokenOrProcess, Descriptor, PairPattern> meaning;
};
struct SubflowName {
  std::string word;
  std::variant<SubflowId, PairPattern> meaning;
};

Result<ConnectionName> connection_name_from(const std::string& word);
Result<SubflowName> subflow_name_from(const std::string& word);

}  // namespace mptcp::program
