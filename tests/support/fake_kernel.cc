// SPDX-License-Identifier: MIT
#include "support/fake_kernel.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mptcp::test {
namespace {

// Calls the hook, or answers that there is none.
template <class Hook, class... Arguments>
auto play(const Hook& hook, Arguments... arguments) -> decltype(hook(arguments...)) {
  if (!hook) return -ENOSYS;
  return hook(arguments...);
}

}  // namespace

int FakeKernel::count(const std::string& call) const {
  return static_cast<int>(std::count(calls.begin(), calls.end(), call));
}

int FakeKernel::socket(int domain, int type, int protocol) {
  calls.emplace_back("socket");
  return on_socket ? on_socket(domain, type, protocol) : next_descriptor();
}
int FakeKernel::get_option(int fd, int level, int option, void* value, socklen_t* length) {
  calls.emplace_back("get_option");
  return play(on_get_option, fd, level, option, value, length);
}
int FakeKernel::set_option(int fd, int level, int option, const void* value, socklen_t length) {
  calls.emplace_back("set_option");
  return on_set_option ? on_set_option(fd, level, option, value, length) : 0;
}
int FakeKernel::local_name(int fd, sockaddr_storage* address, socklen_t* length) {
  calls.emplace_back("local_name");
  return play(on_local_name, fd, address, length);
}
int FakeKernel::peer_name(int fd, sockaddr_storage* address, socklen_t* length) {
  calls.emplace_back("peer_name");
  return play(on_peer_name, fd, address, length);
}
int FakeKernel::bind(int fd, const sockaddr* address, socklen_t length) {
  calls.emplace_back("bind");
  return play(on_bind, fd, address, length);
}
int FakeKernel::connect(int fd, const sockaddr* address, socklen_t length) {
  calls.emplace_back("connect");
  return play(on_connect, fd, address, length);
}
int FakeKernel::listen(int fd, int backlog) {
  calls.emplace_back("listen");
  return play(on_listen, fd, backlog);
}
int FakeKernel::accept(int fd) {
  calls.emplace_back("accept");
  return on_accept ? on_accept(fd) : -EAGAIN;
}
ssize_t FakeKernel::send(int fd, const void* bytes, std::size_t length) {
  calls.emplace_back("send");
  return on_send ? on_send(fd, bytes, length) : static_cast<ssize_t>(length);
}
ssize_t FakeKernel::receive(int fd, void* bytes, std::size_t length, int flags) {
  calls.emplace_back("receive");
  if (on_receive) return on_receive(fd, bytes, length, flags);
  auto& queue = incoming[fd];
  if (queue.empty()) return -EAGAIN;
  const auto datagram = std::move(queue.front());
  queue.pop_front();
  std::memcpy(bytes, datagram.data(), std::min(length, datagram.size()));
  return static_cast<ssize_t>((flags & MSG_TRUNC) ? datagram.size()
                                                  : std::min(length, datagram.size()));
}
int FakeKernel::close(int) {
  calls.emplace_back("close");
  return 0;
}
int FakeKernel::duplicate_onto(int from, int to, bool close_on_exec) {
  calls.emplace_back("duplicate_onto");
  return on_duplicate_onto ? on_duplicate_onto(from, to, close_on_exec) : to;
}
int FakeKernel::status_flags(int fd) {
  calls.emplace_back("status_flags");
  return on_status_flags ? on_status_flags(fd) : 0;
}
int FakeKernel::set_status_flags(int fd, int flags) {
  calls.emplace_back("set_status_flags");
  return on_set_status_flags ? on_set_status_flags(fd, flags) : 0;
}
int FakeKernel::descriptor_flags(int fd) {
  calls.emplace_back("descriptor_flags");
  return on_descriptor_flags ? on_descriptor_flags(fd) : 0;
}
int FakeKernel::inode(int fd, std::uint64_t& number) {
  calls.emplace_back("inode");
  return on_inode ? on_inode(fd, number) : -ENOSYS;
}
void* FakeKernel::map_pages(std::size_t length) {
  calls.emplace_back("map_pages");
  return out_of_pages ? nullptr : std::calloc(1, length);
}
void FakeKernel::unmap_pages(void* pages, std::size_t) {
  calls.emplace_back("unmap_pages");
  std::free(pages);
}
int FakeKernel::poll(pollfd* descriptors, nfds_t count, std::chrono::nanoseconds timeout) {
  calls.emplace_back("poll");
  if (on_poll) return on_poll(descriptors, count);
  int ready = 0;
  for (nfds_t i = 0; i < count; ++i) {
    descriptors[i].revents = incoming[descriptors[i].fd].empty() ? 0 : POLLIN;
    ready += descriptors[i].revents != 0;
  }
  if (ready == 0) clock += timeout;
  return ready;
}
int FakeKernel::epoll_create() {
  calls.emplace_back("epoll_create");
  return next_descriptor();
}
int FakeKernel::epoll_add(int, int) {
  calls.emplace_back("epoll_add");
  return 0;
}
int FakeKernel::epoll_add_end(int, int) {
  calls.emplace_back("epoll_add_end");
  return 0;
}
int FakeKernel::epoll_remove(int, int) {
  calls.emplace_back("epoll_remove");
  return 0;
}
int FakeKernel::epoll_ready(int, std::span<int> out) {
  calls.emplace_back("epoll_ready");
  std::size_t count = 0;
  for (; count < out.size() && !ready_descriptors.empty(); ++count) {
    out[count] = ready_descriptors.front();
    ready_descriptors.pop_front();
  }
  return static_cast<int>(count);
}
int FakeKernel::timer_create() {
  calls.emplace_back("timer_create");
  return next_descriptor();
}
int FakeKernel::timer_set(int timer, std::chrono::steady_clock::time_point when) {
  calls.emplace_back("timer_set");
  timers[timer] = when;
  return 0;
}
int FakeKernel::pidfd_open(int pid) {
  calls.emplace_back("pidfd_open");
  return play(on_pidfd_open, pid);
}
int FakeKernel::pidfd_getfd(int pidfd, int fd) {
  calls.emplace_back("pidfd_getfd");
  return play(on_pidfd_getfd, pidfd, fd);
}
int FakeKernel::interface_index(const std::string& name) {
  calls.emplace_back("interface_index");
  return on_interface_index ? on_interface_index(name) : -ENODEV;
}
std::vector<Address> FakeKernel::interface_addresses(InterfaceIndex interface) {
  calls.emplace_back("interface_addresses");
  return on_interface_addresses ? on_interface_addresses(interface) : std::vector<Address>{};
}
int FakeKernel::read_file(const std::string& path, std::string& content) {
  calls.emplace_back("read_file");
  auto file = files.find(path);
  if (file == files.end()) return -ENOENT;
  content = file->second;
  return 0;
}
int FakeKernel::write_file(const std::string& path, const std::string& content) {
  calls.emplace_back("write_file");
  auto file = files.find(path);
  if (file == files.end()) return -ENOENT;
  file->second = content;
  return 0;
}
int FakeKernel::lock_file(const std::string& path) {
  calls.emplace_back("lock_file");
  return on_lock_file ? on_lock_file(path) : next_descriptor();
}
int FakeKernel::read_link(const std::string& path, std::string& target) {
  calls.emplace_back("read_link");
  auto link = links.find(path);
  if (link == links.end()) return -ENOENT;
  target = link->second;
  return 0;
}
int FakeKernel::list_directory(const std::string& path, std::vector<std::string>& names) {
  calls.emplace_back("list_directory");
  auto directory = directories.find(path);
  if (directory == directories.end()) return -ENOENT;
  names = directory->second;
  return 0;
}

int FakeKernel::check_writable(const std::string& path) {
  calls.emplace_back("check_writable");
  if (on_check_writable) return on_check_writable(path);
  return files.contains(path) ? 0 : -ENOENT;
}
kernel::NamespaceTrial FakeKernel::try_namespaces(std::span<const std::byte> route_message) {
  calls.emplace_back("try_namespaces");
  if (on_try_namespaces) return on_try_namespaces(route_message);
  return {kernel::NamespaceTrial::Step::namespaces, -ENOSYS};
}
int FakeKernel::try_borrowing(int fd) {
  calls.emplace_back("try_borrowing");
  return play(on_try_borrowing, fd);
}

}  // namespace mptcp::test
