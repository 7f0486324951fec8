// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "kernel/namespaces.h"

namespace mptcp::kernel {
namespace {

constexpr unsigned close_range_on_execute = 4;  // CLOSE_RANGE_CLOEXEC, since Linux 5.11

void close_all_but(std::span<const int> keep) {
  std::vector<int> kept(keep.begin(), keep.end());
  std::sort(kept.begin(), kept.end());
  unsigned next = 3;
  for (int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > next) ::syscall(SYS_close_range, next, number - 1, 0);
    next = std::max(next, number + 1);
  }
  ::syscall(SYS_close_range, next, ~0U, 0);
}

void open_null_as(int fd) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  ::dup2(null, fd);
  ::close(null);
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

pid_t fork_process() {
  const pid_t pid = ::fork();
  return pid < 0 ? -errno : pid;
}

pid_t fork_sibling() {
  const long pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  return pid < 0 ? -errno : static_cast<pid_t>(pid);
}

void die_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }

void exit_process(int status) { ::_exit(status); }

int execute(const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment) {
  auto argv = pointers_to(arguments);
  auto envp = pointers_to(environment);
  ::execvpe(argv[0], argv.data(), envp.data());
  return -errno;
}

std::vector<std::string> environment() {
  std::vector<std::string> entries;
  for (char** entry = ::environ; entry && *entry; ++entry) entries.emplace_back(*entry);
  return entries;
}

std::string environment_variable(std::string_view name) {
  const char* value = ::secure_getenv(std::string(name).c_str());
  return value ? value : "";
}

int reap(pid_t pid, Wait wait, Exit& exit) {
  int status = 0;
  pid_t ended;
  do {
    ended = ::waitpid(pid, &status, wait == Wait::not_at_all ? WNOHANG : 0);
  } while (ended < 0 && errno == EINTR);
  if (ended < 0) return -errno;
  exit.pid = ended;
  exit.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return 0;
}

int send_signal(pid_t pid, int number) { return ::kill(pid, number) < 0 ? -errno : 0; }

void detach_process(const char* name, std::span<const int> keep) {
  ::prctl(PR_SET_NAME, name);
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  ::setsid();
  reset_signals();
  close_all_but(keep);
  open_null_as(0);
  open_null_as(1);
  if (::chdir("/") < 0) return;
}

int duplicate_above(int fd, int floor) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, floor + 1);
  return copy < 0 ? -errno : copy;
}

void close_on_execute_above(int floor) {
  ::syscall(SYS_close_range, static_cast<unsigned>(floor) + 1, ~0U, close_range_on_execute);
}

int signal_descriptor() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD}) ::sigaddset(&signals, number);
  if (::sigprocmask(SIG_BLOCK, &signals, nullptr) < 0) return -errno;
  const int fd = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int take_signal(int fd) {
  signalfd_siginfo info;
  if (::read(fd, &info, sizeof info) != sizeof info) return -EAGAIN;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace mptcp::kernel
