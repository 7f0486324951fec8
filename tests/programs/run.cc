// SPDX-License-Identifier: MIT
#include "programs/run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

namespace mptcp::test {
namespace {

constexpr std::chrono::seconds patience{20};

void drop(Rights rights) {
  for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    const bool drops = rights == Rights::ordinary_user ||
                       (rights == Rights::no_net_admin && capability == CAP_NET_ADMIN);
    if (drops) ::prctl(PR_CAPBSET_DROP, capability);
  }
}

// In the child, after its descriptors are in place.
[[noreturn]] void execute(const Words& words, const std::vector<std::string>& environment) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  for (const std::string& setting : environment) ::putenv(const_cast<char*>(setting.c_str()));
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

Words program(const Words& words) {
  Words all = {MPTCP_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

struct Pipe {
  OwnedFd reading;
  OwnedFd writing;
};
Pipe make_pipe() {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

bool readable(int fd, std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  pollfd one{fd, POLLIN, 0};
  return left.count() > 0 && ::poll(&one, 1, static_cast<int>(left.count())) > 0;
}

// Both to their ends; false when that takes too long.
bool drain(int out, int err, Outcome& outcome) {
  const auto until = std::chrono::steady_clock::now() + patience;
  int open = 2;
  bool done[2] = {};
  while (open > 0) {
    pollfd both[] = {{done[0] ? -1 : out, POLLIN, 0}, {done[1] ? -1 : err, POLLIN, 0}};
    if (::poll(both, 2, 1000) < 0 || std::chrono::steady_clock::now() > until) return false;
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      char bytes[4096];
      const ssize_t got = ::read(both[i].fd, bytes, sizeof bytes);
      if (got <= 0) {
        done[i] = true;
        --open;
      } else {
        (i == 0 ? outcome.out : outcome.err).append(bytes, static_cast<std::size_t>(got));
      }
    }
  }
  return true;
}

int status_of(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

OwnedFd input_of(const std::string& text) {
  Pipe pipe = make_pipe();
  EXPECT_EQ(::write(pipe.writing.get(), text.data(), text.size()),
            static_cast<ssize_t>(text.size()));
  return std::move(pipe.reading);
}

Outcome run_to_the_end(const Words& words, const Setting& setting, const std::string& input) {
  const OwnedFd in = input_of(input);
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in.get(), STDIN_FILENO);
    ::dup2(out.writing.get(), STDOUT_FILENO);
    ::dup2(err.writing.get(), STDERR_FILENO);
    if (!setting.stdout_to.empty()) {
      ::dup2(::open(setting.stdout_to.c_str(), O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    }
    drop(setting.rights);
    execute(words, setting.environment);
  }
  out.writing = OwnedFd();
  err.writing = OwnedFd();
  Outcome outcome;
  if (!drain(out.reading.get(), err.reading.get(), outcome)) {
    ADD_FAILURE() << words.front() << " does not end";
    ::kill(pid, SIGKILL);
  }
  outcome.status = status_of(pid);
  return outcome;
}

}  // namespace

Json Outcome::json() const {
  Json parsed = Json::parse(out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << out << err;
  return parsed;
}

Outcome mptcp(const Words& words, const Setting& setting) {
  return run_to_the_end(program(words), setting, "");
}

std::string program_path() { return MPTCP_PROGRAM; }

Outcome run(const Words& words, const std::string& input) {
  return run_to_the_end(words, {}, input);
}

testing::AssertionResult refuses(const Outcome& outcome, int status, const std::string& words) {
  const auto lines = std::count(outcome.err.begin(), outcome.err.end(), '\n');
  const bool as_it_should = outcome.status == status && outcome.out.empty() && lines == 1 &&
                            outcome.err.find(words) != std::string::npos;
  if (as_it_should) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "status " << outcome.status << ", out \"" << outcome.out << "\", err \"" << outcome.err
         << "\", expected \"" << words << "\"";
}

testing::AssertionResult succeeds(const Outcome& outcome) {
  if (outcome.status == 0 && outcome.err.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "status " << outcome.status << ", err " << outcome.err;
}

Running::Running(const Words& words, const Setting& setting) {
  Pipe out = make_pipe();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(out.writing.get(), STDOUT_FILENO);
    drop(setting.rights);
    execute(program(words), setting.environment);
  }
  out_ = std::move(out.reading);
}

Running Running::on_terminal(const Words& words, unsigned short columns, unsigned short rows,
                             const std::vector<std::string>& environment) {
  Running running;
  winsize size{rows, columns, 0, 0};
  int terminal = -1;
  running.pid_ = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (running.pid_ == 0) {
    std::vector<std::string> all = {"TERM=xterm-256color", "LC_ALL=C.UTF-8"};
    all.insert(all.end(), environment.begin(), environment.end());
    execute(program(words), all);
  }
  ::fcntl(terminal, F_SETFD, FD_CLOEXEC);
  running.out_ = OwnedFd(terminal);
  return running;
}

Running::Running(Running&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::move(other.out_)),
      pending_(std::move(other.pending_)) {}

Running::~Running() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  status_of(pid_);
}

bool Running::read_more() {
  if (!readable(out_.get(), std::chrono::steady_clock::now() + patience)) return false;
  char bytes[4096];
  const ssize_t got = ::read(out_.get(), bytes, sizeof bytes);
  if (got <= 0) return false;
  pending_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string Running::until(const std::string& words) {
  while (pending_.find(words) == std::string::npos) {
    if (read_more()) continue;
    ADD_FAILURE() << "\"" << words << "\" does not come; there is: " << pending_;
    return "";
  }
  const std::size_t end = pending_.find(words) + words.size();
  std::string got = pending_.substr(0, end);
  pending_.erase(0, end);
  return got;
}

std::string Running::line() {
  while (pending_.find('\n') == std::string::npos) {
    if (!read_more()) return std::exchange(pending_, "");
  }
  std::string got = until("\n");
  got.pop_back();
  return got;
}

std::string Running::rest() {
  while (read_more()) {
  }
  return std::exchange(pending_, "");
}

void Running::type(const std::string& keys) {
  EXPECT_EQ(::write(out_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

void Running::resize(unsigned short columns, unsigned short rows) {
  const winsize size{rows, columns, 0, 0};
  EXPECT_EQ(::ioctl(out_.get(), TIOCSWINSZ, &size), 0);
}

void Running::signal(int number) { EXPECT_EQ(::kill(pid_, number), 0); }

void Running::wait_until_stopped() {
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, WUNTRACED), pid_);
  EXPECT_TRUE(WIFSTOPPED(status));
}

int Running::wait() { return status_of(std::exchange(pid_, -1)); }

std::string held(int fd) { return std::to_string(::getpid()) + ":" + std::to_string(fd); }

std::string token_of(int fd) {
  auto known = info(fd);
  EXPECT_TRUE(known && known->token) << fd;
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", known ? number(known->token.value_or(Token{})) : 0);
  return text;
}

void let_programs_look() { ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); }

}  // namespace mptcp::test
