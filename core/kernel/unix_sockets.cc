// SPDX-License-Identifier: MIT
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "kernel/kernel.h"
#include "kernel/namespaces.h"

namespace mptcp::kernel {
namespace {

constexpr int kind = SOCK_SEQPACKET | SOCK_CLOEXEC;
constexpr std::size_t most_fds = 253;  // SCM_MAX_FD
constexpr std::size_t longest_message = 128 * 1024;

int unix_address(const std::string& path, sockaddr_un& address) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  return 0;
}

// Opens a socket and hands it and the address to `use`.
template <class Use>
int with_socket(const std::string& path, Use use) {
  sockaddr_un address;
  if (int code = unix_address(path, address); code < 0) return code;
  OwnedFd fd(::socket(AF_UNIX, kind, 0));
  if (!fd.is_open()) return -errno;
  if (use(fd.get(), reinterpret_cast<const sockaddr*>(&address)) < 0) return -errno;
  return fd.release();
}

}  // namespace

int socket_pair(int fds[2]) { return ::socketpair(AF_UNIX, kind, 0, fds) < 0 ? -errno : 0; }

int listen_at(const std::string& path) {
  return with_socket(path, [](int fd, const sockaddr* address) {
    return ::bind(fd, address, sizeof(sockaddr_un)) < 0 ? -1 : ::listen(fd, 16);
  });
}

int connect_to(const std::string& path) {
  return with_socket(path, [](int fd, const sockaddr* address) {
    return ::connect(fd, address, sizeof(sockaddr_un));
  });
}

ssize_t send_message(int socket, std::string_view bytes, std::span<const int> fds) {
  if (fds.size() > most_fds) return -EINVAL;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * most_fds)] = {};
  iovec data{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  ssize_t sent;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

ssize_t receive_message(int socket, std::string& bytes, std::vector<OwnedFd>& fds) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * most_fds)];
  bytes.resize(longest_message);
  iovec data{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t received;
  do {
    received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  const int code = errno;
  bytes.resize(received < 0 ? 0 : static_cast<std::size_t>(received));
  if (received < 0) return -code;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return received;
}

}  // namespace mptcp::kernel
