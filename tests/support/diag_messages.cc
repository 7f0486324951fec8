// SPDX-License-Identifier: MIT
#include "support/diag_messages.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cstring>

namespace mptcp::test {
namespace {

void put(const Address& address, std::uint8_t& family, __be16& port, __be32 (&words)[4]) {
  sockaddr_storage storage;
  to_sockaddr(address, storage);
  family = static_cast<std::uint8_t>(storage.ss_family);
  const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
  const auto& in6 = reinterpret_cast<const sockaddr_in6&>(storage);
  port = in.sin_port;  // in the same place in both
  if (family == AF_INET) {
    std::memcpy(words, &in.sin_addr, sizeof in.sin_addr);
  } else {
    std::memcpy(words, &in6.sin6_addr, sizeof in6.sin6_addr);
  }
}

}  // namespace

netlink::Message make_diag(const DiagSpec& spec, std::uint16_t flags) {
  netlink::Message message(SOCK_DIAG_BY_FAMILY, flags);
  inet_diag_msg body{};
  std::uint8_t family = 0;
  put(spec.key.remote, family, body.id.idiag_dport, body.id.idiag_dst);
  put(spec.key.local, family, body.id.idiag_sport, body.id.idiag_src);
  body.idiag_family = family;
  body.idiag_state = static_cast<std::uint8_t>(spec.state);
  body.id.idiag_if = number(spec.key.interface);
  std::memcpy(body.id.idiag_cookie, &spec.cookie, sizeof spec.cookie);
  body.idiag_uid = spec.owner;
  body.idiag_inode = spec.inode;
  message.header(body);
  if (!spec.congestion_control.empty()) {
    message.text_attribute(INET_DIAG_CONG, spec.congestion_control);
  }
  return message;
}

void append_ulp(netlink::Message& message, const netlink::DiagUlp& ulp) {
  const auto outer = message.begin_nest(INET_DIAG_ULP_INFO);
  message.text_attribute(INET_ULP_INFO_NAME, "mptcp");
  const auto inner = message.begin_nest(INET_ULP_INFO_MPTCP);
  if (ulp.remote_token) message.attribute(1, *ulp.remote_token);
  if (ulp.local_token) message.attribute(2, *ulp.local_token);
  message.attribute(8, ulp.flags);
  if (ulp.remote_id) message.attribute(9, *ulp.remote_id);
  if (ulp.local_id) message.attribute(10, *ulp.local_id);
  message.end_nest(inner);
  message.end_nest(outer);
}

void append_info(netlink::Message& message, const kernel::MptcpInfo& info) {
  message.attribute(INET_DIAG_INFO, info);
}

}  // namespace mptcp::test
