// SPDX-License-Identifier: MIT
#include "support/scripted_manager.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <netinet/in.h>

#include <cstring>

#include "kernel/constants.h"

namespace mptcp::test {
namespace {

constexpr std::uint16_t family = 0x1b;  // as ScriptedHost resolves it
constexpr std::uint32_t token = 7;
using netlink::PmCommand;

// What the library wrote, read back without its own decoder of requests: there is none.
std::optional<netlink::PmAddress> read_address(const netlink::Attributes& attributes,
                                               std::uint16_t type) {
  auto nest = attributes.nest(type);
  if (!nest) return std::nullopt;
  netlink::PmAddress entry;
  sockaddr_in in{};
  sockaddr_in6 in6{};
  if (auto v4 = nest->get<in_addr>(3)) {
    in.sin_family = AF_INET;
    in.sin_addr = *v4;
    entry.address = *from_sockaddr(reinterpret_cast<sockaddr*>(&in), sizeof in);
  } else if (auto v6 = nest->get<in6_addr>(4)) {
    in6.sin6_family = AF_INET6;
    in6.sin6_addr = *v6;
    entry.address = *from_sockaddr(reinterpret_cast<sockaddr*>(&in6), sizeof in6);
  }
  entry.address.port = Port{nest->get<std::uint16_t>(5).value_or(0)};
  if (auto id = nest->get<std::uint8_t>(2)) entry.id = AddressId{*id};
  entry.flags = nest->get<std::uint32_t>(6);
  if (auto index = nest->get<std::uint32_t>(7)) entry.interface = InterfaceIndex{*index};
  return entry;
}

netlink::PmRequest read_request(PmCommand command, const netlink::Attributes& attributes) {
  netlink::PmRequest request{.command = command};
  if (auto value = attributes.get<std::uint32_t>(4)) request.token = Token{*value};
  request.local = read_address(attributes, 1);
  request.remote = read_address(attributes, 6);
  if (auto id = attributes.get<std::uint8_t>(5)) request.removed_id = AddressId{*id};
  request.limit_add_addr_accepted = attributes.get<std::uint32_t>(2);
  request.limit_subflows = attributes.get<std::uint32_t>(3);
  return request;
}

void put(netlink::Message& message, std::uint16_t v4_type, std::uint16_t port_type,
         const Address& address) {
  in_addr bytes;
  std::memcpy(&bytes, address.bytes.data(), sizeof bytes);
  message.attribute(v4_type, bytes);
  message.attribute(port_type, htons(number(address.port)));
}

std::vector<std::byte> finished(netlink::Message& message, std::uint32_t sequence) {
  const auto bytes = message.finish(sequence);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

ScriptedManager::ScriptedManager() {
  sockets[connection] = {.cookie = 1, .token = token};
  client().ends = {parse_address("127.0.0.1:1000").value(), parse_address("127.0.0.1:80").value()};
  add_subflow(client().ends.local);
  on_send = [this, host = on_send](int fd, const void* bytes, std::size_t length) {
    nlmsghdr header;
    std::memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_type != family) return host(fd, bytes, length);
    return answer(fd, {static_cast<const std::byte*>(bytes), length});
  };
  on_connect = [](int, const sockaddr*, socklen_t) { return 0; };
  on_inode = [](int, std::uint64_t& number) {
    number = 1;
    return 0;
  };
  on_poll = [this](pollfd* waiting, nfds_t count) {
    if (count > 0 && !incoming[waiting->fd].empty()) return 1;
    clock += std::chrono::milliseconds(1);
    if (on_wait) on_wait();
    return 0;
  };
}

Subflow& ScriptedManager::add_subflow(const Address& local, TcpState state) {
  Subflow subflow{.id = SubflowId{static_cast<std::uint32_t>(client().subflows.size() + 1)},
                  .state = state,
                  .local = local,
                  .remote = client().ends.remote};
  subflow.tcp.segs_out = 2;
  subflow.tcp.segs_in = 2;
  subflow.tcp.rtt = 20000;
  client().subflows.push_back(subflow);
  return client().subflows.back();
}

ssize_t ScriptedManager::answer(int fd, netlink::Bytes bytes) {
  const auto length = static_cast<ssize_t>(bytes.size());
  auto view = netlink::next_message(bytes);
  auto payload = view->payload;
  const auto header = netlink::take_header<genlmsghdr>(payload);
  const netlink::Attributes attributes(payload);
  const PmCommand command{header->cmd};
  if (command == PmCommand::get_address) {
    const bool known = attributes.get<std::uint32_t>(4).value_or(token) == token;
    dump_addresses(fd, view->sequence, known || !reads_tokens);
    return length;
  }
  const auto request = read_request(command, attributes);
  asked.push_back(request);
  netlink::Answer told;
  if (auto& script = answers[command]; !script.empty()) {
    told = script.front();
    script.pop_front();
  }
  if (told.code == 0 && on_success) on_success(request);
  netlink::Message end(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS);
  end.header(nlmsgerr{-told.code, {}});
  if (!told.text.empty()) end.text_attribute(1, told.text);
  reply(fd, std::move(end), view->sequence);
  return length;
}

void ScriptedManager::dump_addresses(int fd, std::uint32_t sequence, bool known) {
  for (const auto& entry : listed) {
    if (!known) break;
    auto message =
        netlink::encode({family, 0}, {.command = PmCommand::get_address, .local = entry});
    reply(fd, std::move(message), sequence);
  }
  netlink::Message done(NLMSG_DONE, NLM_F_ACK_TLVS);
  done.header(std::int32_t{known ? 0 : -EINVAL});
  if (!known) done.text_attribute(1, "invalid token");
  reply(fd, std::move(done), sequence);
}

void ScriptedManager::reply(int fd, netlink::Message message, std::uint32_t sequence) {
  incoming[fd].push_back(finished(message, sequence));
}

netlink::Message ScriptedManager::notification(netlink::PmEventType type) {
  netlink::Message message(family, 0);
  message.header(genlmsghdr{static_cast<std::uint8_t>(type), 1, 0});
  message.attribute(1, token);
  return message;
}

void ScriptedManager::notify_established() {
  auto message = notification(netlink::PmEventType::established);
  notify_raw(finished(message, 0));
}

void ScriptedManager::notify_connection_closed() {
  auto message = notification(netlink::PmEventType::closed);
  notify_raw(finished(message, 0));
}

void ScriptedManager::notify_up(const AddressPair& ends, AddressId local_id) {
  auto message = notification(netlink::PmEventType::subflow_established);
  put(message, 5, 9, ends.local);
  put(message, 7, 10, ends.remote);
  message.attribute(3, number(local_id));
  notify_raw(finished(message, 0));
}

void ScriptedManager::notify_closed(const AddressPair& ends, AddressId local_id,
                                    std::optional<std::uint8_t> error,
                                    std::optional<std::uint32_t> reset_reason) {
  auto message = notification(netlink::PmEventType::subflow_closed);
  put(message, 5, 9, ends.local);
  put(message, 7, 10, ends.remote);
  message.attribute(3, number(local_id));
  if (error) message.attribute(12, *error);
  if (reset_reason) message.attribute(16, *reset_reason);
  notify_raw(finished(message, 0));
}

}  // namespace mptcp::test
