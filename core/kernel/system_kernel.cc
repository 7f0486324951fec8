// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "kernel/constants.h"
#include "kernel/kernel.h"
#include "kernel/trials.h"

namespace mptcp {

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) kernel::system_kernel().close(fd_);
}

}  // namespace mptcp

namespace mptcp::kernel {
namespace {

// Makes a call until no signal interrupts it; errno becomes a negative return.
template <class Call>
auto checked(Call call) {
  for (;;) {
    auto result = call();
    if (result >= 0) return result;
    if (errno != EINTR) return static_cast<decltype(result)>(-errno);
  }
}

timespec to_timespec(std::chrono::nanoseconds duration) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((duration - seconds).count())};
}

std::set<Capability> switched_off_by_environment() {
  std::set<Capability> off;
  const char* list = ::secure_getenv("LIBMPTCP_DISABLE");
  std::string_view rest = list ? list : "";
  while (!rest.empty()) {
    auto word = rest.substr(0, rest.find(','));
    if (auto capability = parse_capability(word)) off.insert(*capability);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return off;
}

class SystemKernel final : public Kernel {
 public:
  int socket(int domain, int type, int protocol) override {
    if (protocol == ipproto_mptcp && is_switched_off(Capability::mptcp_sockets)) {
      return -EPROTONOSUPPORT;
    }
    return checked([&] { return ::socket(domain, type | SOCK_CLOEXEC, protocol); });
  }
  int get_option(int fd, int level, int option, void* value, socklen_t* length) override {
    return checked([&] { return ::getsockopt(fd, level, option, value, length); });
  }
  int set_option(int fd, int level, int option, const void* value, socklen_t length) override {
    return checked([&] { return ::setsockopt(fd, level, option, value, length); });
  }
  int local_name(int fd, sockaddr_storage* address, socklen_t* length) override {
    return checked([&] { return ::getsockname(fd, reinterpret_cast<sockaddr*>(address), length); });
  }
  int peer_name(int fd, sockaddr_storage* address, socklen_t* length) override {
    return checked([&] { return ::getpeername(fd, reinterpret_cast<sockaddr*>(address), length); });
  }
  int bind(int fd, const sockaddr* address, socklen_t length) override {
    return checked([&] { return ::bind(fd, address, length); });
  }
  int connect(int fd, const sockaddr* address, socklen_t length) override {
    // Repeating an interrupted connect() would answer EALREADY: report the interruption instead.
    return ::connect(fd, address, length) < 0 ? -errno : 0;
  }
  int listen(int fd, int backlog) override {
    return checked([&] { return ::listen(fd, backlog); });
  }
  int accept(int fd) override {
    return checked([&] { return ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC); });
  }
  ssize_t send(int fd, const void* bytes, std::size_t length) override {
    return checked([&] { return ::send(fd, bytes, length, MSG_NOSIGNAL); });
  }
  ssize_t receive(int fd, void* bytes, std::size_t length, int flags) override {
    return checked([&] { return ::recv(fd, bytes, length, flags); });
  }

  int close(int fd) override { return ::close(fd) < 0 ? -errno : 0; }
  int duplicate_onto(int from, int to, bool close_on_exec) override {
    return checked([&] { return ::dup3(from, to, close_on_exec ? O_CLOEXEC : 0); });
  }
  int status_flags(int fd) override {
    return checked([&] { return ::fcntl(fd, F_GETFL); });
  }
  int set_status_flags(int fd, int flags) override {
    return checked([&] { return ::fcntl(fd, F_SETFL, flags); });
  }
  int descriptor_flags(int fd) override {
    return checked([&] { return ::fcntl(fd, F_GETFD); });
  }
  int inode(int fd, std::uint64_t& number) override {
    struct stat status;
    if (::fstat(fd, &status) < 0) return -errno;
    number = status.st_ino;
    return 0;
  }
  int poll(pollfd* descriptors, nfds_t count, std::chrono::nanoseconds timeout) override {
    auto wait = to_timespec(std::max(timeout, std::chrono::nanoseconds{0}));
    int ready = ::ppoll(descriptors, count, &wait, nullptr);
    return ready < 0 ? -errno : ready;
  }
  int epoll_create() override {
    return checked([&] { return ::epoll_create1(EPOLL_CLOEXEC); });
  }
  int epoll_add(int epoll, int fd) override { return epoll_add_for(epoll, fd, EPOLLIN); }
  int epoll_add_end(int epoll, int fd) override { return epoll_add_for(epoll, fd, EPOLLET); }
  int epoll_remove(int epoll, int fd) override {
    return checked([&] { return ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr); });
  }
  int epoll_ready(int epoll, std::span<int> ready) override {
    epoll_event events[64];
    const auto capacity = static_cast<int>(std::min(ready.size(), std::size(events)));
    const int count = checked([&] { return ::epoll_wait(epoll, events, capacity, 0); });
    for (int i = 0; i < count; ++i) ready[static_cast<std::size_t>(i)] = events[i].data.fd;
    return count;
  }
  int timer_create() override {
    return checked([&] { return ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); });
  }
  int timer_set(int timer, std::chrono::steady_clock::time_point when) override {
    itimerspec setting{};
    setting.it_value = to_timespec(when.time_since_epoch());
    return checked([&] { return ::timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, nullptr); });
  }
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

  void* map_pages(std::size_t length) override {
    void* pages =
        ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : pages;
  }
  void unmap_pages(void* pages, std::size_t length) override { ::munmap(pages, length); }

  int pidfd_open(int pid) override {
    return checked([&] { return static_cast<int>(::syscall(syscall_pidfd_open, pid, 0)); });
  }
  int pidfd_getfd(int pidfd, int fd) override {
    return checked([&] { return static_cast<int>(::syscall(syscall_pidfd_getfd, pidfd, fd, 0)); });
  }
  int process_id() override { return ::getpid(); }
  int interface_index(const std::string& name) override {
    unsigned index = ::if_nametoindex(name.c_str());
    return index == 0 ? -errno : static_cast<int>(index);
  }
  std::vector<Address> interface_addresses(InterfaceIndex interface) override {
    std::vector<Address> found;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) < 0) return found;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
      if (!entry->ifa_addr || ::if_nametoindex(entry->ifa_name) != number(interface)) continue;
      auto address = from_sockaddr(entry->ifa_addr, entry->ifa_addr->sa_family == AF_INET
                                                        ? sizeof(sockaddr_in)
                                                        : sizeof(sockaddr_in6));
      if (address) found.push_back(*address);
    }
    ::freeifaddrs(list);
    return found;
  }
  int read_file(const std::string& path, std::string& content) override {
    int opened = checked([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
    if (opened < 0) return opened;
    OwnedFd fd(opened);
    std::string text;
    char buffer[4096];
    for (;;) {
      auto count = checked([&] { return ::read(fd.get(), buffer, sizeof buffer); });
      if (count < 0) return static_cast<int>(count);
      if (count == 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    content = std::move(text);
    return 0;
  }
  int write_file(const std::string& path, const std::string& content) override {
    int opened = checked([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); });
    if (opened < 0) return opened;
    OwnedFd fd(opened);
    auto count = checked([&] { return ::write(fd.get(), content.data(), content.size()); });
    return count < 0 ? static_cast<int>(count) : 0;
  }
  int check_writable(const std::string& path) override {
    const OwnedFd fd(checked([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); }));
    return std::min(fd.get(), 0);
  }
  int lock_file(const std::string& path) override {
    int opened = checked([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
    if (opened < 0) return opened;
    OwnedFd fd(opened);
    int code = checked([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); });
    return code < 0 ? code : fd.release();
  }
  int read_link(const std::string& path, std::string& target) override {
    char buffer[4096];
    auto count = checked([&] { return ::readlink(path.c_str(), buffer, sizeof buffer); });
    if (count < 0) return static_cast<int>(count);
    target.assign(buffer, static_cast<std::size_t>(count));
    return 0;
  }
  int list_directory(const std::string& path, std::vector<std::string>& names) override {
    DIR* directory = ::opendir(path.c_str());
    if (!directory) return -errno;
    names.clear();
    while (const dirent* entry = ::readdir(directory)) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    ::closedir(directory);
    return 0;
  }

  NamespaceTrial try_namespaces(std::span<const std::byte> route_message) override {
    return kernel::try_namespaces(route_message);
  }
  int try_borrowing(int fd) override { return kernel::try_borrowing(fd); }

  bool is_switched_off(Capability capability) override { return off_.contains(capability); }

 private:
  static int epoll_add_for(int epoll, int fd, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    return checked([&] { return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event); });
  }

  const std::set<Capability> off_ = switched_off_by_environment();
};

}  // namespace

Kernel& system_kernel() {
  static SystemKernel kernel;
  return kernel;
}

ErrorKind classify(int os_code) {
  switch (os_code) {
    case EPERM:
    case EACCES:
      return ErrorKind::not_permitted;
    case EBADF:
    case ENOTSOCK:
      return ErrorKind::invalid_argument;
    case ETIMEDOUT:
      return ErrorKind::timed_out;
    case EAGAIN:
      return ErrorKind::would_block;
    default:
      return ErrorKind::system;
  }
}

Error system_error(int os_code, std::string what) {
  return system_error(classify(os_code), os_code, std::move(what));
}

Error system_error(ErrorKind kind, int os_code, std::string what) {
  char buffer[128];
  // The GNU form: it may or may not use the buffer.
  what += ": ";
  what += ::strerror_r(os_code, buffer, sizeof buffer);
  return {kind, os_code, std::move(what)};
}

}  // namespace mptcp::kernel
