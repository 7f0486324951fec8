// SPDX-License-Identifier: MIT
//
// An agent as the conductor sees it: a process in a lab's host, or outside any, that is asked on
// its standard input and answers on its standard output.  What it says on standard error is kept.
//
// A resource: the process ends with it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <mptcp/lab.h>

namespace mptcp::conformance {

using nlohmann::json;

class AgentProcess {
 public:
  // Outside any lab when `lab` is null.  Throws std::runtime_error when it can't be started.
  AgentProcess(const std::vector<std::string>& command, const Lab* lab, const std::string& host);
  AgentProcess(AgentProcess&&) = delete;
  ~AgentProcess();

  void ask(const json& request);
  void ask_line(const std::string& line);
  // Throws std::runtime_error when there is none within twenty seconds, or it is not JSON.
  json answer();
  // Ends its input; throws std::runtime_error when it does not then end by itself, with status 0.
  void finish();
  // The last of it.
  std::string standard_error() const;

 private:
  OwnedFd input_;   // where we write
  OwnedFd output_;  // where we read
  OwnedFd diagnostics_;
  std::optional<Process> in_lab_;
  pid_t outside_ = -1;
  std::string unread_;
};

}  // namespace mptcp::conformance
