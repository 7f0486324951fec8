// SPDX-License-Identifier: MIT
#include "netlink/route.h"

#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

namespace mptcp::netlink {
namespace {

constexpr std::uint16_t request = NLM_F_REQUEST | NLM_F_ACK;
constexpr std::uint16_t create = request | NLM_F_CREATE | NLM_F_REPLACE;
constexpr std::uint16_t create_new = request | NLM_F_CREATE | NLM_F_EXCL;

std::uint8_t family_of(const Address& address) {
  return address.family == Family::v6 ? AF_INET6 : AF_INET;
}
std::uint8_t bits_of(const Address& address) { return address.family == Family::v6 ? 128 : 32; }

void append_address(Message& message, std::uint16_t type, const Address& address) {
  message.attribute(type, address.bytes.data(), bits_of(address) / 8);
}

void append_end(Message& message, const VethEnd& end) {
  message.text_attribute(IFLA_IFNAME, end.name);
  message.attribute(IFLA_ADDRESS, end.hardware_address);
  if (end.network >= 0) message.attribute(IFLA_NET_NS_FD, end.network);
}

Message make_rule(fib_rule_hdr header, std::uint16_t type, const Address& address,
                  std::uint32_t table) {
  Message message(RTM_NEWRULE, create_new);
  header.family = family_of(address);
  header.table = RT_TABLE_UNSPEC;
  header.action = FR_ACT_TO_TBL;
  message.header(header);
  append_address(message, type, address);
  message.attribute(FRA_TABLE, table);
  return message;
}

}  // namespace

Message create_veth(const VethEnd& a, const VethEnd& b) {
  Message message(RTM_NEWLINK, create_new);
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(number(a.index));
  message.header(header);
  append_end(message, a);
  const auto info = message.begin_nest(IFLA_LINKINFO);
  message.text_attribute(IFLA_INFO_KIND, "veth");
  const auto data = message.begin_nest(IFLA_INFO_DATA);
  const auto peer = message.begin_nest(VETH_INFO_PEER);
  header.ifi_index = static_cast<int>(number(b.index));
  message.header(header);
  append_end(message, b);
  message.end_nest(peer);
  message.end_nest(data);
  message.end_nest(info);
  return message;
}

Message change_link(InterfaceIndex interface, const LinkChange& change) {
  Message message(RTM_NEWLINK, request);
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(number(interface));
  if (change.up) {
    header.ifi_change = IFF_UP;
    header.ifi_flags = *change.up ? IFF_UP : 0;
  }
  message.header(header);
  if (change.gso_max_segments) message.attribute(IFLA_GSO_MAX_SEGS, *change.gso_max_segments);
  return message;
}

Message get_link(InterfaceIndex interface) {
  Message message(RTM_GETLINK, request);
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(number(interface));
  message.header(header);
  return message;
}

bool is_running(const View& link) {
  auto payload = link.payload;
  const auto header = take_header<ifinfomsg>(payload);
  return link.type == RTM_NEWLINK && header && (header->ifi_flags & IFF_RUNNING) != 0;
}

Message add_address(InterfaceIndex interface, const Address& address, std::uint8_t prefix) {
  Message message(RTM_NEWADDR, create);
  ifaddrmsg header{};
  header.ifa_family = family_of(address);
  header.ifa_prefixlen = prefix;
  header.ifa_flags = IFA_F_NODAD;
  header.ifa_index = number(interface);
  message.header(header);
  append_address(message, IFA_LOCAL, address);
  append_address(message, IFA_ADDRESS, address);
  return message;
}

Message add_route(const Route& route) {
  Message message(RTM_NEWROUTE, create);
  rtmsg header{};
  header.rtm_family = family_of(route.destination);
  header.rtm_dst_len = route.prefix;
  header.rtm_table = RT_TABLE_UNSPEC;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_scope = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  message.header(header);
  append_address(message, RTA_DST, route.destination);
  message.attribute(RTA_TABLE, route.table == 0 ? std::uint32_t{RT_TABLE_MAIN} : route.table);
  message.attribute(RTA_OIF, number(route.interface));
  if (route.gateway) append_address(message, RTA_GATEWAY, *route.gateway);
  if (route.source) append_address(message, RTA_PREFSRC, *route.source);
  if (!route.congestion_control.empty()) {
    const auto metrics = message.begin_nest(RTA_METRICS);
    message.text_attribute(RTAX_CC_ALGO, route.congestion_control);
    message.end_nest(metrics);
  }
  return message;
}

Message add_rule_from(const Address& address, std::uint32_t table) {
  fib_rule_hdr header{};
  header.src_len = bits_of(address);
  return make_rule(header, FRA_SRC, address, table);
}

Message add_rule_to(const Address& address, std::uint32_t table) {
  fib_rule_hdr header{};
  header.dst_len = bits_of(address);
  return make_rule(header, FRA_DST, address, table);
}

Message add_neighbour(InterfaceIndex interface, const Address& address,
                      const HardwareAddress& hardware_address) {
  Message message(RTM_NEWNEIGH, create);
  ndmsg header{};
  header.ndm_family = family_of(address);
  header.ndm_ifindex = static_cast<int>(number(interface));
  header.ndm_state = NUD_PERMANENT;
  message.header(header);
  append_address(message, NDA_DST, address);
  message.attribute(NDA_LLADDR, hardware_address);
  return message;
}

}  // namespace mptcp::netlink
