// SPDX-License-Identifier: MIT
#include "support/scripted_host.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/constants.h"
#include "netlink/message.h"

namespace mptcp::test {
namespace {

constexpr std::uint16_t family = 0x1b;
constexpr std::uint32_t group = 9;
using namespace std::chrono_literals;

std::vector<std::byte> to_vector(netlink::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

template <class T>
int give(const T& answer, void* value, socklen_t* length) {
  *length = std::min<socklen_t>(*length, sizeof answer);
  std::memcpy(value, &answer, *length);
  return 0;
}

void put_address(netlink::Message& message, std::uint16_t v4_type, std::uint16_t port_type,
                 const Address& address) {
  sockaddr_storage storage;
  to_sockaddr(address, storage);
  if (storage.ss_family == AF_INET) {
    message.attribute(v4_type, reinterpret_cast<sockaddr_in&>(storage).sin_addr);
  } else {
    message.attribute(static_cast<std::uint16_t>(v4_type + 1),
                      reinterpret_cast<sockaddr_in6&>(storage).sin6_addr);
  }
  message.attribute(port_type, htons(number(address.port)));
}

// By position in EventKind.
constexpr std::uint8_t types[] = {1, 2, 3, 6, 7, 10, 11, 13, 15, 16};

}  // namespace

ScriptedHost::ScriptedHost() {
  on_bind = [](int, const sockaddr*, socklen_t) { return 0; };
  on_set_option = [this](int fd, int level, int option, const void*, socklen_t) {
    if (level != SOL_NETLINK || option != NETLINK_ADD_MEMBERSHIP) return 0;
    if (subscription == 0) listening_ = fd;
    return subscription;
  };
  on_get_option = [this](int fd, int level, int option, void* value, socklen_t* length) {
    return get_option_of(fd, level, option, value, length);
  };
  on_local_name = [this](int fd, sockaddr_storage* address, socklen_t* length) {
    *length = to_sockaddr(sockets.at(fd).ends.local, *address);
    return 0;
  };
  on_peer_name = [this](int fd, sockaddr_storage* address, socklen_t* length) {
    if (!sockets.at(fd).has_peer) return -ENOTCONN;
    *length = to_sockaddr(sockets.at(fd).ends.remote, *address);
    return 0;
  };
  on_send = [this](int fd, const void* bytes, std::size_t length) {
    return answer(fd, bytes, length);
  };
  on_receive = [this](int fd, void* bytes, std::size_t length, int) {
    return take(fd, bytes, length);
  };
  on_poll = [this](pollfd* waiting, nfds_t) {
    if (!incoming[waiting->fd].empty()) return 1;
    clock += poll_takes;
    return poll_finds;
  };
}

int ScriptedHost::get_option_of(int fd, int level, int option, void* value, socklen_t* length) {
  auto found = sockets.find(fd);
  if (found == sockets.end()) return -EBADF;
  const ScriptedSocket& socket = found->second;
  if (level == kernel::sol_mptcp) return get_mptcp_option(socket, option, value, length);
  if (level == IPPROTO_TCP) return socket.fell_back ? give(1, value, length) : -ENOPROTOOPT;
  switch (option) {
    case kernel::so_cookie:
      return give(socket.cookie, value, length);
    case SO_TYPE:
      return give(int{SOCK_STREAM}, value, length);
    case SO_PROTOCOL:
      return give(int{kernel::ipproto_mptcp}, value, length);
    case SO_ACCEPTCONN:
      return give(int{socket.listens}, value, length);
    default:
      return -ENOPROTOOPT;
  }
}

int ScriptedHost::get_mptcp_option(const ScriptedSocket& socket, int option, void* value,
                                   socklen_t* length) {
  if (socket.fell_back) return -EOPNOTSUPP;
  kernel::MptcpInfo info{};
  info.token = socket.token;
  info.flags = socket.token != 0 ? socket.flags : 0;
  info.bytes_acked = 1;
  if (option == kernel::mptcp_info) return give(info, value, length);
  if (option != kernel::mptcp_full_info) return -EOPNOTSUPP;
  kernel::FullInfo request{};
  std::memcpy(&request, value, *length);
  request.info = info;
  request.num_subflows = static_cast<std::uint32_t>(socket.subflows.size());
  for (std::size_t i = 0; i < socket.subflows.size() && i < request.size_arrays_user; ++i) {
    const Subflow& subflow = socket.subflows[i];
    TcpInfo tcp = subflow.tcp;
    tcp.state = static_cast<std::uint8_t>(subflow.state);
    std::memcpy(reinterpret_cast<std::byte*>(request.tcp_info) + i * request.size_tcpinfo_user,
                &tcp, request.size_tcpinfo_user);
    std::byte whole[kernel::subflow_info_size]{};
    std::memcpy(whole, &subflow.id, sizeof subflow.id);
    sockaddr_storage address;
    to_sockaddr(subflow.local, address);
    std::memcpy(whole + 8, &address, sizeof address);
    to_sockaddr(subflow.remote, address);
    std::memcpy(whole + 8 + sizeof address, &address, sizeof address);
    std::memcpy(reinterpret_cast<std::byte*>(request.subflow_info) + i * request.size_sfinfo_user,
                whole, request.size_sfinfo_user);
  }
  std::memcpy(value, &request, *length);
  return 0;
}

// The controller knows the family; everything else there is to ask has no answer.
ssize_t ScriptedHost::answer(int fd, const void* bytes, std::size_t length) {
  nlmsghdr request;
  std::memcpy(&request, bytes, sizeof request);
  if (request.nlmsg_type == GENL_ID_CTRL) {
    netlink::Message reply(GENL_ID_CTRL, 0);
    reply.header(genlmsghdr{CTRL_CMD_NEWFAMILY, 1, 0});
    reply.attribute(CTRL_ATTR_FAMILY_ID, family);
    if (has_events) {
      const auto groups = reply.begin_nest(CTRL_ATTR_MCAST_GROUPS);
      const auto one = reply.begin_nest(1);
      reply.text_attribute(CTRL_ATTR_MCAST_GRP_NAME, "mptcp_pm_events");
      reply.attribute(CTRL_ATTR_MCAST_GRP_ID, group);
      reply.end_nest(one);
      reply.end_nest(groups);
    }
    incoming[fd].push_back(to_vector(reply.finish(request.nlmsg_seq)));
  }
  netlink::Message end(NLMSG_ERROR, 0);
  end.header(nlmsgerr{request.nlmsg_type == GENL_ID_CTRL ? 0 : -ENOENT, request});
  incoming[fd].push_back(to_vector(end.finish(request.nlmsg_seq)));
  return static_cast<ssize_t>(length);
}

ssize_t ScriptedHost::take(int fd, void* bytes, std::size_t length) {
  if (fd == listening_ && incoming[fd].empty()) {
    if (queue_.empty()) return -EAGAIN;
    auto next = std::move(queue_.front());
    queue_.pop_front();
    if (const int* code = std::get_if<int>(&next)) return *code;
    incoming[fd].push_back(std::get<0>(std::move(next)));
  }
  auto& datagrams = incoming[fd];
  if (datagrams.empty()) return -EAGAIN;
  const auto datagram = std::move(datagrams.front());
  datagrams.pop_front();
  std::copy_n(datagram.begin(), std::min(length, datagram.size()), static_cast<std::byte*>(bytes));
  return static_cast<ssize_t>(datagram.size());
}

void ScriptedHost::notify(const Event& event) {
  netlink::Message message(family, 0);
  message.header(genlmsghdr{types[static_cast<std::size_t>(event.kind)], 1, 0});
  if (event.token != Token{}) message.attribute(1, number(event.token));
  if (event.local) put_address(message, 5, 9, *event.local);
  if (event.remote) put_address(message, 7, 10, *event.remote);
  if (event.remote_id) message.attribute(4, number(*event.remote_id));
  if (event.backup) message.attribute(11, std::uint8_t{*event.backup});
  notify_raw(to_vector(message.finish(0)));
}

}  // namespace mptcp::test
