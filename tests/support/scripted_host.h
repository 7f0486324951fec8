// SPDX-License-Identifier: MIT
//
// A machine with a few MPTCP sockets and a queue of notifications, as a script.
#pragma once

#include <cerrno>
#include <deque>
#include <map>
#include <variant>
#include <vector>

#include <mptcp/events.h>

#include "events/sight.h"
#include "support/fake_kernel.h"

namespace mptcp::test {

struct ScriptedSocket {
  std::uint64_t cookie = 0;
  bool fell_back = false;
  bool listens = false;
  bool has_peer = true;
  std::uint32_t token = 0;
  std::uint32_t flags = 2;
  events::Pair ends;
  std::vector<Subflow> subflows;
};

class ScriptedHost : public FakeKernel {
 public:
  ScriptedHost();

  std::map<int, ScriptedSocket> sockets;
  int subscription = 0;    // what joining the group answers
  bool has_events = true;  // the kernel has the group

  // What poll() answers on the stream's descriptor, and after how long.
  int poll_finds = 0;
  std::chrono::milliseconds poll_takes{1000};

  // Queues a notification, or an error of receive().
  void notify(const Event& event);
  void notify_raw(std::vector<std::byte> datagram) { queue_.emplace_back(std::move(datagram)); }
  void overflow() { queue_.emplace_back(-ENOBUFS); }

 private:
  int get_option_of(int fd, int level, int option, void* value, socklen_t* length);
  int get_mptcp_option(const ScriptedSocket& socket, int option, void* value, socklen_t* length);
  ssize_t answer(int fd, const void* bytes, std::size_t length);
  ssize_t take(int fd, void* bytes, std::size_t length);

  int listening_ = -1;  // the descriptor that joined
  std::deque<std::variant<std::vector<std::byte>, int>> queue_;
};

}  // namespace mptcp::test
