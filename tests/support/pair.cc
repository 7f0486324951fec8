// SPDX-License-Identifier: MIT
#include "support/pair.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "support/namespaces.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

void require(bool true_, const char* what) {
  if (true_) return;
  ADD_FAILURE() << what << ": " << std::strerror(errno);
  std::abort();
}

sockaddr_storage to_storage(const Address& address, socklen_t& length) {
  sockaddr_storage storage;
  length = to_sockaddr(address, storage);
  return storage;
}

OwnedFd socket_for(const Address& address) {
  const bool v6 = address.family == Family::v6 || address.mapped;
  OwnedFd fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
  require(fd.is_open(), "an MPTCP socket");
  return fd;
}

void bind_to(int fd, const Address& address) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t length = 0;
  auto storage = to_storage(address, length);
  require(::bind(fd, reinterpret_cast<sockaddr*>(&storage), length) == 0, "bind");
}

void send_byte(int from, int to) {
  char byte = 'x';
  require(::send(from, &byte, 1, MSG_NOSIGNAL) == 1, "send");
  pollfd waiting{to, POLLIN, 0};
  require(::poll(&waiting, 1, 5000) == 1 && ::recv(to, &byte, 1, 0) == 1, "receive");
}

}  // namespace

Address at(const std::string& text) {
  auto address = parse_address(text);
  require(static_cast<bool>(address), text.c_str());
  return *address;
}

Port Pair::port() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  return from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length)->port;
}

Pair make_idle_pair(const PairSpec& spec) {
  write_sysctl("mptcp/path_manager", spec.client_manager);
  Pair pair;
  Address peer = at(spec.connect_to);
  pair.client = socket_for(peer);
  if (!spec.client_from.empty()) bind_to(pair.client.get(), at(spec.client_from));

  write_sysctl("mptcp/path_manager", spec.server_manager);
  pair.listener = socket_for(at(spec.listen_on));
  bind_to(pair.listener.get(), at(spec.listen_on));
  require(::listen(pair.listener.get(), 16) == 0, "listen");
  socklen_t length = 0;
  auto storage = to_storage(peer.with_port(pair.port()), length);
  require(::connect(pair.client.get(), reinterpret_cast<sockaddr*>(&storage), length) == 0,
          "connect");
  pair.server = OwnedFd(::accept4(pair.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  require(pair.server.is_open(), "accept");
  return pair;
}

Pair make_pair(const PairSpec& spec) {
  Pair pair = make_idle_pair(spec);
  exchange_bytes(pair);
  return pair;
}

void exchange_bytes(const Pair& pair) {
  send_byte(pair.client.get(), pair.server.get());
  send_byte(pair.server.get(), pair.client.get());
}

Deadline soon() { return Deadline::after(5s); }

Completion next_completion(PathControl& control) {
  for (;;) {
    pollfd waiting{control.descriptor(), POLLIN, 0};
    require(::poll(&waiting, 1, 5000) == 1, "a completion");
    auto finished = control.process();
    require(static_cast<bool>(finished), "process()");
    if (!finished->empty()) return finished->front();
  }
}

void wait_for_subflows(const OwnedFd& fd, std::size_t count) {
  for (int turn = 0; turn < 5000 && subflows(fd.get())->size() != count; ++turn) {
    ::poll(nullptr, 0, 1);
  }
  EXPECT_EQ(subflows(fd.get())->size(), count);
}

}  // namespace mptcp::test
