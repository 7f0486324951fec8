// SPDX-License-Identifier: MIT
//
// The lab's process at work: it answers requests and serves the wires, in one loop.
//
// It ends when its owner says so, hangs up or dies.  As the first process of a process namespace it
// takes every other one in the lab with it.
#pragma once

#include "lab/network.h"
#include "lab/protocol.h"
#include "lab/wires.h"

namespace mptcp::lab {

class Server {
 public:
  // What its caller gave it.
  struct Ties {
    OwnedFd owner;          // the owner's connection
    OwnedFd owner_process;  // a pidfd; not open where the kernel has none
    OwnedFd listener;       // not open: nobody else may come
    std::string socket_path;
  };
  static Result<Server> make(LabSpec spec, Network network, Wires wires, Ties ties);

  // Returns when the lab is to end.
  void run();

 private:
  using Answer = std::pair<std::string, OwnedFd>;  // and what goes with it

  Server(LabSpec spec, Network network, Wires wires, Ties ties);
  std::vector<pollfd> awaited() const;
  void attend(const std::vector<pollfd>& waiting);
  Result<void> settle(std::size_t path);
  Result<void> greet(int socket);
  void accept_client();
  void answer_signal();
  // False when the connection is over.
  bool serve(int socket);
  Result<Answer> answer(std::string_view request);

  Result<Answer> answer_change(std::string_view rest);
  Result<Answer> answer_show(std::string_view rest);
  Result<Answer> answer_socket(std::string_view rest);
  Result<Answer> answer_stop(std::string_view rest);

  LabSpec spec_;
  Network network_;
  Wires wires_;
  Ties ties_;
  OwnedFd signals_;
  std::vector<OwnedFd> own_namespaces_;  // user, process, mount
  std::vector<OwnedFd> clients_;
  bool is_over_ = false;
};

}  // namespace mptcp::lab
