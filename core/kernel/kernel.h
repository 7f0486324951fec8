// SPDX-License-Identifier: MIT
//
// The seam between libmptcp and Linux: the only room that makes a system call, and the only one
// that reads errno.
//
// Every method is one system call (or the two that always go together), and returns its value, or
// the negative errno: nothing is interpreted here.  Calls interrupted by a signal are repeated.
// SystemKernel is the machine; tests script another.  A Kernel is stateless and may be shared by
// threads.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <mptcp/base.h>
#include <mptcp/capabilities.h>

namespace mptcp::kernel {

// How far a trial came, and the negative errno that stopped it; 0 after the last step.
struct NamespaceTrial {
  enum class Step : std::uint8_t { namespaces, packet_socket, route_message };
  Step step = Step::route_message;
  int code = 0;
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  // Sockets.  socket() and accept() make close-on-exec descriptors.
  virtual int socket(int domain, int type, int protocol) = 0;
  virtual int get_option(int fd, int level, int option, void* value, socklen_t* length) = 0;
  virtual int set_option(int fd, int level, int option, const void* value, socklen_t length) = 0;
  virtual int local_name(int fd, sockaddr_storage* address, socklen_t* length) = 0;
  virtual int peer_name(int fd, sockaddr_storage* address, socklen_t* length) = 0;
  virtual int bind(int fd, const sockaddr* address, socklen_t length) = 0;
  virtual int connect(int fd, const sockaddr* address, socklen_t length) = 0;
  virtual int listen(int fd, int backlog) = 0;
  virtual int accept(int fd) = 0;
  virtual ssize_t send(int fd, const void* bytes, std::size_t length) = 0;
  virtual ssize_t receive(int fd, void* bytes, std::size_t length, int flags) = 0;

  // Descriptors.
  virtual int close(int fd) = 0;
  virtual int duplicate_onto(int from, int to, bool close_on_exec) = 0;  // dup3
  virtual int status_flags(int fd) = 0;                                  // F_GETFL
  virtual int set_status_flags(int fd, int flags) = 0;
  virtual int descriptor_flags(int fd) = 0;  // F_GETFD
  // The number of what is behind the descriptor; of a socket, as in /proc/PID/fd and sock_diag.
  virtual int inode(int fd, std::uint64_t& number) = 0;
  virtual int poll(pollfd* descriptors, nfds_t count, std::chrono::nanoseconds timeout) = 0;
  virtual int epoll_create() = 0;
  virtual int epoll_add(int epoll, int fd) = 0;  // for reading; the event's data is the fd
  // For its hangup or error alone, which is told once: of a socket, the end of its connection.
  virtual int epoll_add_end(int epoll, int fd) = 0;
  virtual int epoll_remove(int epoll, int fd) = 0;
  // Which descriptors are ready, as far as they fit: their number.
  virtual int epoll_ready(int epoll, std::span<int> ready) = 0;
  virtual int timer_create() = 0;  // a CLOCK_MONOTONIC timerfd, non-blocking
  // Fires once at `when`; time_point{} disarms.
  virtual int timer_set(int timer, std::chrono::steady_clock::time_point when) = 0;
  virtual std::chrono::steady_clock::time_point now() = 0;

  // Zeroed pages, for callers who promise to leave the heap alone; null when there are none.
  virtual void* map_pages(std::size_t length) = 0;
  virtual void unmap_pages(void* pages, std::size_t length) = 0;

  // Processes and files.
  virtual int pidfd_open(int pid) = 0;
  virtual int pidfd_getfd(int pidfd, int fd) = 0;
  virtual int process_id() = 0;
  virtual int interface_index(const std::string& name) = 0;
  // The IP addresses of one interface, ports 0; empty when it has none.
  virtual std::vector<Address> interface_addresses(InterfaceIndex interface) = 0;
  virtual int read_file(const std::string& path, std::string& content) = 0;
  virtual int write_file(const std::string& path, const std::string& content) = 0;
  // Whether write_file() would be let in, by opening the file and no more.
  virtual int check_writable(const std::string& path) = 0;
  // Opens a file and takes its flock() for this process alone: the descriptor that holds it, or
  // -EWOULDBLOCK while another has it.  Closing releases it, and so does dying.
  virtual int lock_file(const std::string& path) = 0;
  virtual int read_link(const std::string& path, std::string& target) = 0;
  virtual int list_directory(const std::string& path, std::vector<std::string>& names) = 0;

  // Trials in a process of its own, which lives for milliseconds and leaves nothing, not even a
  // SIGCHLD.  In namespaces of its own: opens a packet socket and sends a route message.
  virtual NamespaceTrial try_namespaces(std::span<const std::byte> route_message) = 0;
  // Another process of this user takes a copy of a descriptor of ours.
  virtual int try_borrowing(int fd) = 0;

  // Whether a capability counts as absent because LIBMPTCP_DISABLE names it.
  virtual bool is_switched_off(Capability capability) = 0;
};

// The machine.  Stateless but for what LIBMPTCP_DISABLE said when it was first asked for.
Kernel& system_kernel();

// The kind that callers can act on for an errno which has the same meaning everywhere:
// EPERM and EACCES are not_permitted, EBADF and ENOTSOCK invalid_argument, ETIMEDOUT timed_out,
// EAGAIN would_block, the rest system.
ErrorKind classify(int os_code);

// An error of classify()'s kind, its message completed with the text of the errno:
// system_error(13, "writing x") says "writing x: Permission denied".  Give the positive errno.
Error system_error(int os_code, std::string what);
Error system_error(ErrorKind kind, int os_code, std::string what);

}  // namespace mptcp::kernel
