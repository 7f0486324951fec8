// SPDX-License-Identifier: MIT
//
// The connection that an operation works on: a borrowed descriptor, or a token alone.
//
// A descriptor number can become another socket while an operation waits: remember() the socket's
// cookie before the first wait, and check() it after each.
#pragma once

#include <mptcp/paths.h>

#include "kernel/kernel.h"

namespace mptcp::paths {

class Channels;

class Target {
 public:
  // Fails with `fell_back`, with `invalid_argument` on what is no MPTCP connection (or in another
  // network namespace), with `not_found` on an unknown token.
  static Result<Target> find(Channels& channels, ConnectionRef connection);

  Token token() const { return token_; }
  std::optional<int> descriptor() const { return fd_; }
  std::string name() const;  // "descriptor 7", "token 0x1234abcd"

  // `not_found` when the descriptor has been closed, or is another socket than was remembered.
  Result<void> remember();
  Result<void> check() const;

  // Those that find() saw, if nobody has asked for them and nothing was waited for since.
  Result<std::vector<Subflow>> subflows_at_first();
  // The live subflows.  Without a descriptor their ids are 0.
  Result<std::vector<Subflow>> subflows(Depth depth) const;

  // The ends of the initial subflow, living or not, and what the socket itself is.
  Result<Address> first_local() const;
  Result<Address> first_remote() const;
  Result<Family> socket_family() const;

 private:
  Target(kernel::Kernel& kernel, Token token) : kernel_(&kernel), token_(token) {}
  static Result<Target> of_descriptor(Channels& channels, int fd);
  static Result<Target> of_token(Channels& channels, Token token);
  Error closed() const;

  kernel::Kernel* kernel_;
  Token token_;
  std::optional<int> fd_;
  std::optional<std::uint64_t> cookie_;
  std::optional<std::vector<Subflow>> first_look_;
  AddressPair listed_ends_;  // without a descriptor
};

// `invalid_argument` when the socket is in another network namespace than the channels.
Result<void> check_namespace(Channels& channels, int fd);

}  // namespace mptcp::paths
