// SPDX-License-Identifier: MIT
#include "serve.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <mptcp/connection.h>

namespace demo {
namespace {

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

mptcp::OwnedFd listen_on(const mptcp::Address& address) {
  auto listener = mptcp::open_socket(address.family, mptcp::Fallback::refused).value();
  const int on = 1;
  check(::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  // Whatever the machine's default is, the figures in the README are cubic's.
  const char congestion[] = "cubic";
  check(::setsockopt(listener.get(), IPPROTO_TCP, TCP_CONGESTION, congestion, sizeof congestion),
        "congestion control cubic");
  sockaddr_storage storage;
  const auto length = mptcp::to_sockaddr(address, storage);
  check(::bind(listener.get(), reinterpret_cast<sockaddr*>(&storage), length), "bind");
  check(::listen(listener.get(), 8), "listen");
  return listener;
}

// A fixed stream of pseudo-random bytes (xorshift64), the same for every client.
class Stream {
 public:
  void fill(std::vector<std::uint64_t>& words) {
    for (auto& word : words) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 7;
      state_ ^= state_ << 17;
      word = state_;
    }
  }

 private:
  std::uint64_t state_ = 0x2016'1112'4953'4f43;
};

void send_all(int fd, std::uint64_t size) {
  Stream stream;
  std::vector<std::uint64_t> words(8192);
  while (size > 0) {
    stream.fill(words);
    const auto* next = reinterpret_cast<const char*>(words.data());
    auto left = std::min<std::uint64_t>(size, words.size() * sizeof words[0]);
    size -= left;
    while (left > 0) {
      const auto sent = ::send(fd, next, left, MSG_NOSIGNAL);
      check(static_cast<int>(sent), "sending");
      next += sent;
      left -= static_cast<std::uint64_t>(sent);
    }
  }
}

}  // namespace

void serve(const mptcp::Address& address, std::uint64_t size, int connections) {
  const auto listener = listen_on(address);
  std::puts("serving");
  std::fflush(stdout);
  for (int i = 0; i < connections; ++i) {
    mptcp::OwnedFd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    check(client.get(), "accept");
    send_all(client.get(), size);
  }
}

}  // namespace demo
