// SPDX-License-Identifier: MIT
//
// Looking at what the kernel says of a connection: through its descriptor, for one's own; through
// sock_diag, for all of the namespace.
#pragma once

#include <functional>

#include "events/sight.h"
#include "kernel/kernel.h"
#include "netlink/sock_diag.h"

namespace mptcp::events {

struct Look {
  enum class State : std::uint8_t {
    gone,         // the descriptor is closed, or became another socket; Sight::token is set when
                  // other holders keep the connection alive
    unconnected,  // fresh, refused, reset
    fell_back,
    mptcp,  // or on its way there: see Sight::created
  };
  State state = State::gone;
  Sight sight;
};

// Everything that a namespace has, at about one moment.
struct Survey {
  std::vector<Sight> sights;       // of connections that a program holds, the oldest first
  std::vector<Address> listeners;  // MPTCP ones, one entry a socket

  // Adds what another survey has and this one lacks.
  void merge(Survey other);
};

// Keeps a sock_diag socket in the namespace of the thread that opened it: looks may be taken by
// others.
class Looker {
 public:
  // Always succeeds; without sock_diag, looks are poorer.
  static Looker open(kernel::Kernel& kernel);

  // Which subflows to ask sock_diag about, at the price of one exchange each.
  using Wanted = std::function<bool(const Pair&)>;

  // Nothing when the kernel does not answer as it should.
  std::optional<Look> look(int fd, std::uint64_t cookie, const Wanted& wanted);
  // Whether the socket is certainly of another network namespace.
  bool is_elsewhere(int fd);
  // getsockname() and getpeername(), as far as there are such.
  std::optional<Pair> ends_of(int fd);

  Result<Survey> survey();
  // Whether any program holds the connection.
  bool is_held(Token token);

 private:
  explicit Looker(kernel::Kernel& kernel) : kernel_(kernel) {}
  bool is_same_socket(int fd, std::uint64_t cookie);
  void complete(Sight& sight, int fd, const ConnectionInfo& info, const Wanted& wanted);
  void add_details(Sight& sight, int fd, const Wanted& wanted);
  std::optional<netlink::DiagSocket> find(const Subflow& subflow, std::uint64_t inode);

  kernel::Kernel& kernel_;
  std::optional<netlink::Socket> diag_;
  std::optional<std::uint64_t> namespace_;  // its cookie
};

}  // namespace mptcp::events
