// SPDX-License-Identifier: MIT
#include "kernel/trials.h"

#include <linux/netlink.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "kernel/constants.h"

namespace mptcp::kernel {
namespace {

// A trial takes milliseconds; this only bounds a machine that stands still.
constexpr int patience_ms = 10000;

// The exit status: an errno, with this bit when it was the route message's.
constexpr int route_message_failed = 0x80;

struct Trial {
  int (*run)(const Trial&);  // the exit status
  std::span<const std::byte> route_message;
  pid_t parent = 0;
  int fd = -1;
};

// A bare copy of this thread alone: no handlers of the C library run, no other thread is disturbed,
// and, without an exit signal, no waiting parent hears of it.
long clone_quietly(unsigned long namespaces, int& pidfd) {
  const unsigned long flags = namespaces | CLONE_PIDFD;
#if defined(__s390__) || defined(__CRIS__)
  return ::syscall(SYS_clone, nullptr, flags, &pidfd, nullptr, nullptr);
#else
  return ::syscall(SYS_clone, flags, nullptr, &pidfd, nullptr, nullptr);
#endif
}

// The child's exit status, or a negative errno.
int wait_for(pid_t child, const OwnedFd& pidfd) {
  pollfd waiting{pidfd.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, patience_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready != 1) ::kill(child, SIGKILL);
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(child, &status, __WALL);
  } while (ended < 0 && errno == EINTR);
  if (ended < 0) return -errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

// The trial itself makes system calls and nothing else: it may be a copy of a thread among many.
int run_apart(unsigned long namespaces, const Trial& trial) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  // No handler of the caller's may run in the copy.
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  int number = -1;
  const long child = clone_quietly(namespaces, number);
  if (child == 0) ::syscall(SYS_exit_group, trial.run(trial));
  const int failed = child < 0 ? errno : 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return -failed;
  return wait_for(static_cast<pid_t>(child), OwnedFd(number));
}

int open_socket(int family, int type, int protocol) {
  return static_cast<int>(::syscall(SYS_socket, family, type | SOCK_CLOEXEC, protocol));
}

// Sends a route message and takes the answer's code.
int send_route_message(std::span<const std::byte> message) {
  const int fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (fd < 0) return errno;
  if (::syscall(SYS_sendto, fd, message.data(), message.size(), 0, nullptr, 0) < 0) return errno;
  struct {
    nlmsghdr header;
    nlmsgerr error;
    char echo[4096];
  } answer;
  if (::syscall(SYS_recvfrom, fd, &answer, sizeof answer, 0, nullptr, nullptr) < 0) return errno;
  return answer.header.nlmsg_type == NLMSG_ERROR ? -answer.error.error : EBADMSG;
}

int run_in_namespaces(const Trial& trial) {
  if (open_socket(AF_PACKET, SOCK_RAW, 0) < 0) return errno;
  const int code = send_route_message(trial.route_message);
  return code == 0 ? 0 : code | route_message_failed;
}

int run_as_borrower(const Trial& trial) {
  const long parent = ::syscall(syscall_pidfd_open, trial.parent, 0);
  if (parent < 0) return errno;
  return ::syscall(syscall_pidfd_getfd, parent, trial.fd, 0) < 0 ? errno : 0;
}

}  // namespace

NamespaceTrial try_namespaces(std::span<const std::byte> route_message) {
  using Step = NamespaceTrial::Step;
  const Trial trial{run_in_namespaces, route_message};
  // Root needs no user namespace; others need one for the rest.
  int status = run_apart(CLONE_NEWNET, trial);
  if (status < 0) status = run_apart(CLONE_NEWUSER | CLONE_NEWNET, trial);
  if (status < 0) return {Step::namespaces, status};
  if (status == 0) return {};
  if (status & route_message_failed)
    return {Step::route_message, -(status & ~route_message_failed)};
  return {Step::packet_socket, -status};
}

int try_borrowing(int fd) {
  const int status = run_apart(0, {run_as_borrower, {}, ::getpid(), fd});
  return status > 0 ? -status : status;
}

}  // namespace mptcp::kernel
