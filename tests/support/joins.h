// SPDX-License-Identifier: MIT
//
// Subflows made and unmade by bare netlink commands, for tests of what reads them.
#pragma once

#include <optional>

#include <mptcp/connection.h>

#include "netlink/mptcp_pm.h"

namespace mptcp::test {

// While it lives, this namespace's new connections are under the userspace path manager, and joins
// are let in.
class Joiner {
 public:
  Joiner();
  ~Joiner();

  // What a join is made of beside the remote address.
  struct Way {
    Address local;
    AddressId id{};
    bool backup = false;
    std::optional<InterfaceIndex> interface;
  };
  // Asks for a subflow of a connection that has exchanged data.  0, or the kernel's errno.
  int open(int fd, const Way& way, const Address& remote);
  int close(int fd, const Address& local, const Address& remote);
  // Asks the peer to use a subflow as a backup.
  int back_up(int fd, const Address& local, const Address& remote);

 private:
  int ask(netlink::PmRequest request);

  std::optional<netlink::Socket> commands_;
  std::optional<netlink::Socket> events_;  // the kernel lets joins in while somebody listens
  netlink::PmFamily family_;
};

// Waits until a connection has that many established subflows, ten seconds at most.
bool has_subflows(int fd, std::size_t count);

}  // namespace mptcp::test
