// SPDX-License-Identifier: MIT
#include <cerrno>
#include <csignal>

#include <mptcp/lab.h>

#include "kernel/kernel.h"
#include "kernel/namespaces.h"

namespace mptcp {
namespace {

Error waited_for() { return {ErrorKind::not_found, ECHILD, "the process has been waited for"}; }

}  // namespace

Process::~Process() {
  if (pid_ <= 0) return;
  // In a fork it is a copy, and the child is not ours to kill.
  kernel::Exit exit;
  if (kernel::reap(pid_, kernel::Wait::not_at_all, exit) < 0 || exit.pid == pid_) return;
  kernel::send_signal(pid_, SIGKILL);
  (void)wait();
}

Result<int> Process::wait() {
  if (pid_ <= 0) return waited_for();
  kernel::Exit exit;
  const int code = kernel::reap(pid_, kernel::Wait::until_it_ends, exit);
  if (code < 0) return kernel::system_error(-code, "waiting for process " + std::to_string(pid_));
  pid_ = -1;
  return exit.status;
}

Result<OwnedFd> Process::open_descriptor() const {
  if (pid_ <= 0) return waited_for();
  const int opened = kernel::system_kernel().pidfd_open(pid_);
  if (opened < 0) return kernel::system_error(-opened, "waiting for a process");
  return OwnedFd(opened);
}

Result<int> Process::wait(Deadline deadline) {
  auto process = open_descriptor();
  if (!process) return process.error();
  for (;;) {
    pollfd waiting{process->get(), POLLIN, 0};
    const int ready =
        kernel::system_kernel().poll(&waiting, 1, deadline.when() - Deadline::Clock::now());
    if (ready > 0) return wait();
    if (ready == 0) {
      return Error{ErrorKind::timed_out, ETIMEDOUT,
                   "process " + std::to_string(pid_) + " has not ended"};
    }
    if (ready != -EINTR) return kernel::system_error(-ready, "waiting for a process");
  }
}

Result<void> Process::signal(int number) {
  const int code = pid_ > 0 ? kernel::send_signal(pid_, number) : -ESRCH;
  if (code < 0) return kernel::system_error(-code, "signalling a process");
  return {};
}

}  // namespace mptcp
