// SPDX-License-Identifier: MIT
#include "signals.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <system_error>

namespace mptcp::program {
namespace {

constexpr int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Result<Signals> Signals::take() {
  sigset_t set;
  ::sigemptyset(&set);
  for (int signal : wanted) {
    if (!is_ignored(signal)) ::sigaddset(&set, signal);
  }
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  OwnedFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (fd.is_open()) return Signals(std::move(fd));
  return Error{ErrorKind::system, 0, "cannot read signals from a descriptor"};
}

std::optional<int> Signals::next() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

bool ends_the_program(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
}

bool wait_for(int fd, const Signals& signals,
              std::optional<std::chrono::steady_clock::time_point> until) {
  pollfd descriptors[] = {{signals.descriptor(), POLLIN, 0}, {fd, POLLIN, 0}};
  int milliseconds = -1;
  if (until) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
    milliseconds = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
  }
  ::poll(descriptors, 2, milliseconds);
  return descriptors[1].revents != 0;
}

}  // namespace mptcp::program
