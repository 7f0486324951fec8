// SPDX-License-Identifier: MIT
//
// From a name on the command line to a connection of this network namespace.
#pragma once

#include <optional>
#include <string>

#include <mptcp/connection.h>

#include "connection_name.h"

namespace mptcp::program {

struct Target {
  Token token{};
  std::optional<ListedConnection> listed;  // absent where this kernel lists none
  std::optional<Descriptor> holder;        // a process that has it
};

Target target_of(const ListedConnection& listed);

// Fails with `not_found`, and with `invalid_argument` when the name fits several: the message lists
// them.
Result<Target> find_target(const ConnectionName& name);

// The holder's descriptor.  Let go of it at once: while it is open, the owner's close() waits.
Result<OwnedFd> borrow(const Target& target);

// Whether the holder still has, under its number, the socket that `fd` is a duplicate of.
bool is_held(const Descriptor& holder, int fd);

// "10.0.1.1:4321 -> 10.0.1.2:80"
std::string pair_text(const Address& local, const Address& remote);

}  // namespace mptcp::program
