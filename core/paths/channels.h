// SPDX-License-Identifier: MIT
//
// What the operations of one PathControl share: its netlink sockets, and what it remembers of
// each connection's address ids.
//
// Commands and notifications travel on sockets of their own: on one, they would interleave.
#pragma once

#include <map>

#include "netlink/mptcp_pm.h"
#include "netlink/socket.h"
#include "paths/address_ids.h"

namespace mptcp::paths {

class Target;

class Channels {
 public:
  static Result<Channels> open(kernel::Kernel& kernel);

  kernel::Kernel& kernel() { return *kernel_; }
  netlink::Socket& diag() { return diag_; }
  // The network namespace that the sockets work in; 0 where the kernel does not tell.
  std::optional<std::uint64_t> namespace_cookie() const { return namespace_cookie_; }
  const netlink::PmFamily& family() const { return family_; }

  Result<netlink::Answer> ask(const netlink::PmRequest& request);
  Result<netlink::Answer> ask(const netlink::PmRequest& request,
                              const std::function<void(const netlink::View&)>& each);
  // The address list of a connection (or, without a token, the endpoints), an entry at a time.
  Result<netlink::Answer> list_addresses(
      std::optional<Token> token, const std::function<void(const netlink::PmAddress&)>& each);
  // Whether list_addresses() answers by token.  Before Linux 6.9 it ignores the token.
  bool lists_by_token();

  // The ids of a connection: asked of the kernel the first time, kept up to date since.
  Result<AddressIds*> ids_of(const Target& target);
  // Ask the kernel again next time.
  void forget_ids(Token token) { ids_.erase(token); }
  void forget_all_ids() { ids_.clear(); }
  // What a notification tells of them.
  void learn(const netlink::PmEvent& event);

 private:
  Channels(kernel::Kernel& kernel, netlink::Socket commands, netlink::Socket diag,
           netlink::PmFamily family);

  kernel::Kernel* kernel_;
  netlink::Socket commands_;
  netlink::Socket diag_;
  netlink::PmFamily family_;
  std::optional<std::uint64_t> namespace_cookie_;
  std::optional<bool> lists_by_token_;
  std::map<Token, AddressIds> ids_;
};

}  // namespace mptcp::paths
