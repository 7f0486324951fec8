// SPDX-License-Identifier: MIT
#include "netlink/mptcp_pm.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <netinet/in.h>

#include <cerrno>

namespace mptcp::netlink {
namespace {

constexpr std::uint8_t pm_version = 1;

// Attributes of a command.
enum : std::uint16_t {
  attr_address = 1,
  attr_limit_add_addr = 2,
  attr_limit_subflows = 3,
  attr_token = 4,
  attr_removed_id = 5,
  attr_remote_address = 6,
};

// Attributes inside an address.
enum : std::uint16_t {
  address_family = 1,
  address_id = 2,
  address_v4 = 3,
  address_v6 = 4,
  address_port = 5,
  address_flags = 6,
  address_interface = 7,
};

// Attributes of a notification.
enum : std::uint16_t {
  event_token = 1,
  event_family = 2,
  event_local_id = 3,
  event_remote_id = 4,
  event_source_v4 = 5,
  event_source_v6 = 6,
  event_destination_v4 = 7,
  event_destination_v6 = 8,
  event_source_port = 9,
  event_destination_port = 10,
  event_backup = 11,
  event_error = 12,
  event_flags = 13,
  event_interface = 15,
  event_reset_reason = 16,
  event_server_side = 18,
};
constexpr std::uint16_t event_flag_server_side = 2;

using V4 = std::array<std::uint8_t, 4>;
using V6 = std::array<std::uint8_t, 16>;

void append_address(Message& message, std::uint16_t type, const PmAddress& entry) {
  sockaddr_storage storage;
  to_sockaddr(entry.address, storage);
  const auto nest = message.begin_nest(type);
  message.attribute(address_family, static_cast<std::uint16_t>(storage.ss_family));
  if (entry.id) message.attribute(address_id, number(*entry.id));
  if (storage.ss_family == AF_INET) {
    message.attribute(address_v4, reinterpret_cast<const sockaddr_in&>(storage).sin_addr);
  } else {
    message.attribute(address_v6, reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr);
  }
  if (entry.address.port != Port{}) message.attribute(address_port, number(entry.address.port));
  if (entry.flags) message.attribute(address_flags, *entry.flags);
  if (entry.interface) {
    message.attribute(address_interface, static_cast<std::int32_t>(number(*entry.interface)));
  }
  message.end_nest(nest);
}

Address make_address(const std::optional<V4>& v4, const std::optional<V6>& v6, Port port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  if (v4) std::memcpy(&in.sin_addr, v4->data(), v4->size());
  if (v6) std::memcpy(&in6.sin6_addr, v6->data(), v6->size());
  auto address = v6 ? from_sockaddr(reinterpret_cast<sockaddr*>(&in6), sizeof in6)
                    : from_sockaddr(reinterpret_cast<sockaddr*>(&in), sizeof in);
  return address->with_port(port);
}

std::optional<Address> event_address(const Attributes& attributes, std::uint16_t v4_type,
                                     std::uint16_t v6_type, std::uint16_t port_type) {
  auto v4 = attributes.get<V4>(v4_type);
  auto v6 = attributes.get<V6>(v6_type);
  if (!v4 && !v6) return std::nullopt;
  return make_address(v4, v6, Port{ntohs(attributes.get<std::uint16_t>(port_type).value_or(0))});
}

template <class To, class From>
std::optional<To> as(std::optional<From> value) {
  if (!value) return std::nullopt;
  return static_cast<To>(*value);
}

std::optional<Attributes> attributes_of(const View& view) {
  Bytes payload = view.payload;
  if (!take_header<genlmsghdr>(payload)) return std::nullopt;
  return Attributes(payload);
}

}  // namespace

Result<PmFamily> resolve_pm_family(Socket& socket) {
  Message message(GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_ACK);
  message.header(genlmsghdr{CTRL_CMD_GETFAMILY, 1, 0});
  message.text_attribute(CTRL_ATTR_FAMILY_NAME, "mptcp_pm");

  PmFamily family;
  auto answer = socket.exchange(message, [&](const View& view) {
    auto attributes = attributes_of(view);
    if (!attributes) return;
    family.id = attributes->get<std::uint16_t>(CTRL_ATTR_FAMILY_ID).value_or(0);
    auto groups = attributes->nest(CTRL_ATTR_MCAST_GROUPS);
    if (!groups) return;
    groups->each([&](std::uint16_t, Bytes bytes) {
      Attributes group(bytes);
      if (group.text(CTRL_ATTR_MCAST_GRP_NAME) == "mptcp_pm_events") {
        family.events_group = group.get<std::uint32_t>(CTRL_ATTR_MCAST_GRP_ID).value_or(0);
      }
    });
  });
  if (!answer) return answer.error();
  if (answer->code == ENOENT) {
    return refusal(ErrorKind::not_supported, *answer, "this kernel has no MPTCP path manager");
  }
  if (answer->code != 0) return refusal(*answer, "looking for the MPTCP path manager");
  if (family.id == 0) {
    return Error{ErrorKind::malformed, 0, "generic netlink gave no number for mptcp_pm"};
  }
  return family;
}

Message encode(const PmFamily& family, const PmRequest& request) {
  Message message(family.id, static_cast<std::uint16_t>(NLM_F_REQUEST |
                                                        (request.dump ? NLM_F_DUMP : NLM_F_ACK)));
  message.header(genlmsghdr{static_cast<std::uint8_t>(request.command), pm_version, 0});
  if (request.token) message.attribute(attr_token, number(*request.token));
  if (request.local) append_address(message, attr_address, *request.local);
  if (request.endpoint_id) {
    const auto nest = message.begin_nest(attr_address);
    message.attribute(address_id, number(*request.endpoint_id));
    message.end_nest(nest);
  }
  if (request.remote) append_address(message, attr_remote_address, *request.remote);
  if (request.removed_id) message.attribute(attr_removed_id, number(*request.removed_id));
  if (request.limit_add_addr_accepted) {
    message.attribute(attr_limit_add_addr, *request.limit_add_addr_accepted);
  }
  if (request.limit_subflows) message.attribute(attr_limit_subflows, *request.limit_subflows);
  return message;
}

std::optional<PmAddress> decode_address(const View& view) {
  auto attributes = attributes_of(view);
  auto entry = attributes ? attributes->nest(attr_address) : std::nullopt;
  if (!entry) return std::nullopt;
  auto v4 = entry->get<V4>(address_v4);
  auto v6 = entry->get<V6>(address_v6);
  if (!v4 && !v6) return std::nullopt;
  PmAddress address;
  address.address = make_address(v4, v6, Port{entry->get<std::uint16_t>(address_port).value_or(0)});
  address.id = as<AddressId>(entry->get<std::uint8_t>(address_id));
  address.flags = entry->get<std::uint32_t>(address_flags);
  address.interface = as<InterfaceIndex>(entry->get<std::int32_t>(address_interface));
  return address;
}

std::optional<PmLimits> decode_limits(const View& view) {
  auto attributes = attributes_of(view);
  if (!attributes) return std::nullopt;
  auto add_addr = attributes->get<std::uint32_t>(attr_limit_add_addr);
  auto subflows = attributes->get<std::uint32_t>(attr_limit_subflows);
  if (!add_addr || !subflows) return std::nullopt;
  return PmLimits{*add_addr, *subflows};
}

std::optional<PmEvent> decode_event(const View& view) {
  Bytes payload = view.payload;
  auto header = take_header<genlmsghdr>(payload);
  if (!header) return std::nullopt;
  Attributes attributes(payload);

  PmEvent event;
  event.type = PmEventType{header->cmd};
  event.token = as<Token>(attributes.get<std::uint32_t>(event_token));
  event.local = event_address(attributes, event_source_v4, event_source_v6, event_source_port);
  event.remote =
      event_address(attributes, event_destination_v4, event_destination_v6, event_destination_port);
  event.local_id = as<AddressId>(attributes.get<std::uint8_t>(event_local_id));
  event.remote_id = as<AddressId>(attributes.get<std::uint8_t>(event_remote_id));
  event.backup = as<bool>(attributes.get<std::uint8_t>(event_backup));
  event.interface = as<InterfaceIndex>(attributes.get<std::int32_t>(event_interface));
  event.error = attributes.get<std::uint8_t>(event_error);
  event.reset_reason = attributes.get<std::uint32_t>(event_reset_reason);
  // Linux 6.18 says it in `flags`, and in `server_side` only on servers; before, always there.
  if (auto side = attributes.get<std::uint8_t>(event_server_side)) {
    event.server_side = *side != 0;
  } else if (auto flags = attributes.get<std::uint16_t>(event_flags)) {
    event.server_side = (*flags & event_flag_server_side) != 0;
  }
  return event;
}

}  // namespace mptcp::netlink
