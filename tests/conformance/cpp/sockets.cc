// SPDX-License-Identifier: MIT
//
// The system's own calls on sockets, some of which the library made MPTCP.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "cpp/agent.h"

namespace mptcp::conformance {
namespace {

constexpr std::uint64_t cycle = 251;

template <class Returned>
Returned check(Returned returned, const char* attempted) {
  if (returned < 0) throw std::system_error(errno, std::generic_category(), attempted);
  return returned;
}

Family family(Request& request) {
  return request.word<Family>(request.take<std::string>("family"), {"v4", "v6"});
}

Fallback fallback(Request& request) {
  return request.word<Fallback>(request.find<std::string>("fallback").value_or("allowed"),
                                {"allowed", "refused"});
}

OwnedFd plain_socket(Family family) {
  return OwnedFd(
      check(::socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0),
            "socket"));
}

// Calls bind or connect.
template <class Call>
void with_address(Call call, int fd, const Address& address, const char* attempted) {
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(address, storage);
  check(call(fd, reinterpret_cast<const sockaddr*>(&storage), length), attempted);
}

std::string local_address(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  check(::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length), "getsockname");
  return format(from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length).value());
}

json make_socket(Agent& agent, Request& request) {
  agent.name(request.take<std::string>("as"), Socket{plain_socket(family(request))});
  return nullptr;
}

json make_mptcp_socket(Agent& agent, Request& request) {
  auto fd = open_socket(family(request), fallback(request));
  agent.name(request.take<std::string>("as"), Socket{std::move(fd).value()});
  return nullptr;
}

json make_mptcp(Agent& agent, Request& request) {
  const int fd = agent.descriptor(request.take<std::string>("socket"));
  return name(enable(fd, fallback(request)).value());
}

json connect_socket(Agent& agent, Request& request) {
  const int fd = agent.descriptor(request.take<std::string>("socket"));
  const auto peer = request.find_address("address").value();
  if (auto local = request.find_address("local")) with_address(::bind, fd, *local, "bind");
  with_address(::connect, fd, peer, "connect");
  return local_address(fd);
}

json listen_on(Agent& agent, Request& request) {
  const auto address = request.find_address("address").value();
  const auto transport =
      request.word<Transport>(request.take<std::string>("transport"), {"tcp", "mptcp"});
  OwnedFd fd = transport == Transport::mptcp ? open_socket(address.family).value()
                                             : plain_socket(address.family);
  const int yes = 1;
  check(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  with_address(::bind, fd.get(), address, "bind");
  check(::listen(fd.get(), 16), "listen");
  const std::string where = local_address(fd.get());
  agent.name(request.take<std::string>("as"), Socket{std::move(fd)});
  return where;
}

json accept_from(Agent& agent, Request& request) {
  const int listener = agent.descriptor(request.take<std::string>("listener"));
  const auto as = request.take<std::string>("as");
  if (!wait_readable(listener, request.deadline())) throw Broken("nobody connects");
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* peer = reinterpret_cast<sockaddr*>(&storage);
  agent.name(as,
             Socket{OwnedFd(check(::accept4(listener, peer, &length, SOCK_CLOEXEC), "accept"))});
  return format(from_sockaddr(peer, length).value());
}

json send_bytes(Agent& agent, Request& request) {
  auto& socket = agent.thing<Socket>(request.take<std::string>("socket"));
  const auto end = socket.sent + request.take<std::uint64_t>("count");
  std::array<unsigned char, 16384> bytes;
  while (socket.sent < end) {
    const auto size = std::min<std::uint64_t>(bytes.size(), end - socket.sent);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<unsigned char>((socket.sent + i) % cycle);
    }
    socket.sent +=
        static_cast<std::uint64_t>(check(::send(socket.fd.get(), bytes.data(), size, 0), "send"));
  }
  return nullptr;
}

json receive_bytes(Agent& agent, Request& request) {
  auto& socket = agent.thing<Socket>(request.take<std::string>("socket"));
  const auto begin = socket.received;
  const auto end = begin + request.take<std::uint64_t>("count");
  std::array<unsigned char, 16384> bytes;
  while (socket.received < end) {
    const auto size = std::min<std::uint64_t>(bytes.size(), end - socket.received);
    const auto got = check(::recv(socket.fd.get(), bytes.data(), size, 0), "recv");
    if (got == 0) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      if (bytes[i] != socket.received % cycle) {
        throw Broken("byte " + std::to_string(socket.received) + " is another");
      }
      ++socket.received;
    }
  }
  return socket.received - begin;
}

json shut_down(Agent& agent, Request& request) {
  check(::shutdown(agent.descriptor(request.take<std::string>("socket")), SHUT_WR), "shutdown");
  return nullptr;
}

json close_thing(Agent& agent, Request& request) {
  agent.thing(request.take<std::string>("socket")) = Closed{};
  return nullptr;
}

}  // namespace

const Actions socket_actions = {
    {"socket", make_socket}, {"open_socket", make_mptcp_socket},
    {"enable", make_mptcp},  {"connect", connect_socket},
    {"listen", listen_on},   {"accept", accept_from},
    {"send", send_bytes},    {"receive", receive_bytes},
    {"shutdown", shut_down}, {"close", close_thing},
};

}  // namespace mptcp::conformance
