// SPDX-License-Identifier: MIT
#include "support/connections.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "kernel/constants.h"

namespace mptcp::test {
namespace {

constexpr int patience_ms = 10000;

bool is_v6(const Address& address) { return address.family == Family::v6 || address.mapped; }

// A listener on a mapped address is the IPv4 one behind it.
Address unmapped(Address address) {
  address.mapped = false;
  return address;
}

template <class GetName>
Address name_of(int fd, GetName get_name) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  EXPECT_EQ(get_name(fd, reinterpret_cast<sockaddr*>(&storage), &length), 0)
      << std::strerror(errno);
  auto address = from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length);
  EXPECT_TRUE(address);
  return address ? *address : Address{};
}

}  // namespace

OwnedFd make_socket(Family family, Transport transport) {
  const int protocol = transport == Transport::mptcp ? kernel::ipproto_mptcp : IPPROTO_TCP;
  OwnedFd fd(
      ::socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, protocol));
  EXPECT_TRUE(fd.is_open()) << std::strerror(errno);
  return fd;
}

OwnedFd make_listener(const std::string& address, Transport transport) {
  const Address where = unmapped(*parse_address(address));
  OwnedFd fd = make_socket(where.family, transport);
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(where, storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0)
      << std::strerror(errno);
  EXPECT_EQ(::listen(fd.get(), 16), 0) << std::strerror(errno);
  return fd;
}

Address local_address(int fd) { return name_of(fd, ::getsockname); }
Address peer_address(int fd) { return name_of(fd, ::getpeername); }

int start_connect(int fd, const Address& peer) {
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(peer, storage);
  const int code = ::connect(fd, reinterpret_cast<sockaddr*>(&storage), length) == 0 ? 0 : errno;
  ::fcntl(fd, F_SETFL, flags);
  return code;
}

bool wait_for(int fd, short events) {
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, patience_ms) == 1 && (waiting.revents & events) != 0;
}

bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

Connection connect(const ConnectionSpec& spec) {
  Connection connection;
  connection.listener = make_listener(spec.address, spec.server);
  Address peer = *parse_address(spec.address);
  peer.port = local_address(connection.listener.get()).port;
  connection.client = make_socket(is_v6(peer) ? Family::v6 : Family::v4, spec.client);
  const int code = start_connect(connection.client.get(), peer);
  EXPECT_TRUE(code == 0 || code == EINPROGRESS) << std::strerror(code);
  EXPECT_TRUE(wait_for(connection.client.get(), POLLOUT));
  EXPECT_TRUE(wait_for(connection.listener.get(), POLLIN));
  connection.server = OwnedFd(::accept4(connection.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_TRUE(connection.server.is_open()) << std::strerror(errno);
  return connection;
}

void send_text(int fd, const std::string& text) {
  EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()))
      << std::strerror(errno);
}

std::string receive_text(int fd, std::size_t length) {
  std::string text;
  while (text.size() < length) {
    if (!wait_for(fd, POLLIN)) break;
    char buffer[4096];
    const auto count = ::recv(fd, buffer, std::min(sizeof buffer, length - text.size()), 0);
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

void exchange(const Connection& connection) {
  send_text(connection.client.get(), "?");
  EXPECT_EQ(receive_text(connection.server.get(), 1), "?");
  send_text(connection.server.get(), "!");
  EXPECT_EQ(receive_text(connection.client.get(), 1), "!");
}

void reset(OwnedFd& fd) {
  const linger now{1, 0};
  EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now), 0)
      << std::strerror(errno);
  fd = OwnedFd();
}

std::uint64_t cookie(int fd) {
  std::uint64_t value = 0;
  socklen_t length = sizeof value;
  EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, kernel::so_cookie, &value, &length), 0)
      << std::strerror(errno);
  return value;
}

}  // namespace mptcp::test
