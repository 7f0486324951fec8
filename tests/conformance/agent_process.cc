// SPDX-License-Identifier: MIT
#include "agent_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace mptcp::conformance {
namespace {

constexpr int patience_ms = 20000;

int check(int returned, const char* attempted) {
  if (returned < 0) throw std::runtime_error(std::string(attempted) + ": " + std::strerror(errno));
  return returned;
}

struct Pipe {
  OwnedFd from, to;
  Pipe() {
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC), "pipe");
    from = OwnedFd(ends[0]);
    to = OwnedFd(ends[1]);
  }
};

pid_t spawn_outside(const std::vector<std::string>& command, const int (&streams)[3]) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; ++i) ::posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  pid_t pid = -1;
  errno = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  check(errno == 0 ? 0 : -1, arguments[0]);
  return pid;
}

}  // namespace

AgentProcess::AgentProcess(const std::vector<std::string>& command, const Lab* lab,
                           const std::string& host) {
  Pipe requests, answers;
  diagnostics_ = OwnedFd(check(::memfd_create("agent", MFD_CLOEXEC), "memfd_create"));
  const int streams[] = {requests.from.get(), answers.to.get(), diagnostics_.get()};
  if (lab != nullptr) {
    auto process = lab->spawn({.host = host,
                               .arguments = command,
                               .standard_input = streams[0],
                               .standard_output = streams[1],
                               .standard_error = streams[2]});
    if (!process) throw std::runtime_error(process.error().message);
    in_lab_.emplace(std::move(*process));
  } else {
    outside_ = spawn_outside(command, streams);
  }
  input_ = std::move(requests.to);
  output_ = std::move(answers.from);
}

AgentProcess::~AgentProcess() {
  if (outside_ < 0) return;
  ::kill(outside_, SIGKILL);
  ::waitpid(outside_, nullptr, 0);
}

void AgentProcess::finish() {
  input_ = OwnedFd();
  pollfd waiting{output_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, patience_ms) <= 0) {
    throw std::runtime_error("does not end with its input");
  }
  int status = 0;
  if (outside_ >= 0) {
    ::waitpid(std::exchange(outside_, -1), &status, 0);
  } else {
    status = in_lab_->wait().value();
  }
  if (status != 0) throw std::runtime_error("ended with status " + std::to_string(status));
}

void AgentProcess::ask(const json& request) { ask_line(request.dump()); }

void AgentProcess::ask_line(const std::string& line) {
  const std::string text = line + "\n";
  // Small enough for any pipe: it never waits.
  const auto written = ::write(input_.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) throw std::runtime_error("the agent is gone");
}

json AgentProcess::answer() {
  const auto deadline = Deadline::Clock::now() + std::chrono::milliseconds(patience_ms);
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      const std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      json parsed = json::parse(line, nullptr, false);
      if (parsed.is_discarded()) throw std::runtime_error("the answer is no JSON: " + line);
      return parsed;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Deadline::Clock::now());
    pollfd waiting{output_.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("no answer within 20 seconds");
    }
    std::array<char, 65536> bytes;
    const auto size = ::read(output_.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) throw std::runtime_error("the agent ended; so far: \"" + unread_ + "\"");
    unread_.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

std::string AgentProcess::standard_error() const {
  std::string text(8192, '\0');
  struct stat file {};
  ::fstat(diagnostics_.get(), &file);
  const auto begin = std::max<off_t>(0, file.st_size - static_cast<off_t>(text.size()));
  const auto size = ::pread(diagnostics_.get(), text.data(), text.size(), begin);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

}  // namespace mptcp::conformance
