// SPDX-License-Identifier: MIT
//
// A scripted kernel: it records what it is asked, and answers what the test says.
//
// Assign the hooks that a test needs; what has no hook answers -ENOSYS, so an unexpected call
// shows. Descriptors it hands out start at 100000 and are never real.  The clock stands still until
// the test moves it; poll() moves it to its timeout when nothing is ready.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernel/kernel.h"

namespace mptcp::test {

class FakeKernel : public kernel::Kernel {
 public:
  // What was called, in order: "socket", "get_option", ….
  std::vector<std::string> calls;
  int count(const std::string& call) const;

  std::function<int(int domain, int type, int protocol)> on_socket;
  std::function<int(int fd, int level, int option, void* value, socklen_t* length)> on_get_option;
  std::function<int(int fd, int level, int option, const void* value, socklen_t length)>
      on_set_option;
  std::function<int(int fd, sockaddr_storage* address, socklen_t* length)> on_local_name;
  std::function<int(int fd, sockaddr_storage* address, socklen_t* length)> on_peer_name;
  std::function<int(int fd, const sockaddr* address, socklen_t length)> on_bind;
  std::function<int(int fd, const sockaddr* address, socklen_t length)> on_connect;
  std::function<int(int fd, int backlog)> on_listen;
  std::function<int(int fd)> on_accept;
  std::function<ssize_t(int fd, const void* bytes, std::size_t length)> on_send;
  std::function<ssize_t(int fd, void* bytes, std::size_t length, int flags)> on_receive;
  std::function<int(int from, int to, bool close_on_exec)> on_duplicate_onto;
  std::function<int(int fd)> on_status_flags;
  std::function<int(int fd, int flags)> on_set_status_flags;
  std::function<int(int fd)> on_descriptor_flags;
  std::function<int(int fd, std::uint64_t& number)> on_inode;
  std::function<int(pollfd* descriptors, nfds_t count)> on_poll;
  std::function<int(int pid)> on_pidfd_open;
  std::function<int(int pidfd, int fd)> on_pidfd_getfd;
  std::function<int(const std::string& path)> on_lock_file;
  std::function<int(const std::string& name)> on_interface_index;
  std::function<std::vector<Address>(InterfaceIndex)> on_interface_addresses;

  std::function<int(const std::string& path)> on_check_writable;
  std::function<kernel::NamespaceTrial(std::span<const std::byte> route_message)> on_try_namespaces;
  std::function<int(int fd)> on_try_borrowing;

  std::map<std::string, std::string> files;                     // read_file, write_file
  std::map<std::string, std::string> links;                     // read_link
  std::map<std::string, std::vector<std::string>> directories;  // list_directory
  std::set<Capability> switched_off;
  bool out_of_pages = false;  // map_pages
  std::chrono::steady_clock::time_point clock{std::chrono::hours(1)};
  std::map<int, std::chrono::steady_clock::time_point> timers;  // as last set
  int process = 4321;
  std::deque<int> ready_descriptors;  // what epoll_ready() hands out

  // Datagrams that receive() hands out when on_receive is not set, per descriptor; then -EAGAIN.
  std::map<int, std::deque<std::vector<std::byte>>> incoming;

  int socket(int domain, int type, int protocol) override;
  int get_option(int fd, int level, int option, void* value, socklen_t* length) override;
  int set_option(int fd, int level, int option, const void* value, socklen_t length) override;
  int local_name(int fd, sockaddr_storage* address, socklen_t* length) override;
  int peer_name(int fd, sockaddr_storage* address, socklen_t* length) override;
  int bind(int fd, const sockaddr* address, socklen_t length) override;
  int connect(int fd, const sockaddr* address, socklen_t length) override;
  int listen(int fd, int backlog) override;
  int accept(int fd) override;
  ssize_t send(int fd, const void* bytes, std::size_t length) override;
  ssize_t receive(int fd, void* bytes, std::size_t length, int flags) override;
  int close(int fd) override;
  int duplicate_onto(int from, int to, bool close_on_exec) override;
  int status_flags(int fd) override;
  int set_status_flags(int fd, int flags) override;
  int descriptor_flags(int fd) override;
  int inode(int fd, std::uint64_t& number) override;
  void* map_pages(std::size_t length) override;
  void unmap_pages(void* pages, std::size_t length) override;
  int poll(pollfd* descriptors, nfds_t count, std::chrono::nanoseconds timeout) override;
  int epoll_create() override;
  int epoll_add(int epoll, int fd) override;
  int epoll_add_end(int epoll, int fd) override;
  int epoll_remove(int epoll, int fd) override;
  int epoll_ready(int epoll, std::span<int> ready) override;
  int timer_create() override;
  int timer_set(int timer, std::chrono::steady_clock::time_point when) override;
  std::chrono::steady_clock::time_point now() override { return clock; }
  int pidfd_open(int pid) override;
  int pidfd_getfd(int pidfd, int fd) override;
  int process_id() override { return process; }
  int interface_index(const std::string& name) override;
  std::vector<Address> interface_addresses(InterfaceIndex interface) override;
  int read_file(const std::string& path, std::string& content) override;
  int write_file(const std::string& path, const std::string& content) override;
  int lock_file(const std::string& path) override;
  int read_link(const std::string& path, std::string& target) override;
  int list_directory(const std::string& path, std::vector<std::string>& names) override;
  int check_writable(const std::string& path) override;
  kernel::NamespaceTrial try_namespaces(std::span<const std::byte> route_message) override;
  int try_borrowing(int fd) override;
  bool is_switched_off(Capability capability) override { return switched_off.contains(capability); }

 private:
  int next_descriptor() { return next_descriptor_++; }
  int next_descriptor_ = 100000;
};

}  // namespace mptcp::test
