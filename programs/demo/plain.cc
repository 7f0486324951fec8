// SPDX-License-Identifier: MIT
//
// What the others are compared with.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <vector>

#include "serve.h"

namespace demo {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

ssize_t check(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace

void download_plainly(const mptcp::Address& server, const std::string& file) {
  const mptcp::OwnedFd out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  check(out.get(), file.c_str());
  const mptcp::OwnedFd in(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  check(in.get(), "socket");
  sockaddr_storage storage;
  const auto length = mptcp::to_sockaddr(server, storage);
  check(::connect(in.get(), reinterpret_cast<sockaddr*>(&storage), length), "connecting");

  const auto began = Clock::now();
  std::uint64_t received = 0;
  const auto tell = [&] {
    fmt::print("total\t{:.3f}\t{}\n", std::chrono::duration<double>(Clock::now() - began).count(),
               received);
    std::fflush(stdout);
  };
  auto due = began + 100ms;
  std::vector<char> buffer(256 * 1024);
  while (const auto count = check(::read(in.get(), buffer.data(), buffer.size()), "reading")) {
    check(::write(out.get(), buffer.data(), static_cast<std::size_t>(count)), "writing");
    received += static_cast<std::uint64_t>(count);
    if (Clock::now() >= due) {
      tell();
      due = Clock::now() + 100ms;
    }
  }
  tell();
}

}  // namespace demo
