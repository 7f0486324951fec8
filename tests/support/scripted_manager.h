// SPDX-License-Identifier: MIT
//
// A machine whose path manager answers as the test says, and remembers what it was asked.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include <mptcp/paths.h>

#include "netlink/mptcp_pm.h"
#include "support/scripted_host.h"

namespace mptcp::test {

class ScriptedManager : public ScriptedHost {
 public:
  ScriptedManager();

  // A connection with an initial subflow 127.0.0.1:1000 -> 127.0.0.1:80, token 7.
  static constexpr int connection = 5;
  ScriptedSocket& client() { return sockets.at(connection); }
  // Adds a subflow as the kernel would; segment counts as after the peer's confirmation.
  Subflow& add_subflow(const Address& local, TcpState state = TcpState::established);

  // The commands so far, GET_ADDR left out.
  std::vector<netlink::PmRequest> asked;
  // The answers to a command, first to last; then success.
  std::map<netlink::PmCommand, std::deque<netlink::Answer>> answers;
  // Called for every command that succeeds: what it does to the connection.
  std::function<void(const netlink::PmRequest&)> on_success;
  // The address list of the connection.
  std::vector<netlink::PmAddress> listed;
  bool reads_tokens = true;  // GET_ADDR objects to unknown tokens

  void notify_established();
  void notify_connection_closed();
  void notify_up(const AddressPair& ends, AddressId local_id);
  void notify_closed(const AddressPair& ends, AddressId local_id,
                     std::optional<std::uint8_t> error = std::nullopt,
                     std::optional<std::uint32_t> reset_reason = std::nullopt);
  // Called while the control waits: the place for notifications that come later.
  std::function<void()> on_wait;

 private:
  ssize_t answer(int fd, netlink::Bytes bytes);
  void dump_addresses(int fd, std::uint32_t sequence, bool known);
  void reply(int fd, netlink::Message message, std::uint32_t sequence);
  netlink::Message notification(netlink::PmEventType type);
};

}  // namespace mptcp::test
