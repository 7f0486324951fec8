// SPDX-License-Identifier: MIT
#include "netlink/mptcp_pm.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/genetlink.h>

#include <cerrno>

#include "support/netlink_script.h"

namespace mptcp::netlink {
namespace {

using test::make_ack;
using test::make_done;
using test::to_vector;

constexpr PmFamily family{.id = 33, .events_group = 7};

Address at(const std::string& text) { return *parse_address(text); }

// A request as the kernel reads it.
struct Read {
  std::vector<std::byte> bytes;
  View view;
  genlmsghdr header{};
  Attributes attributes{Bytes{}};
};
Read read(const PmRequest& request) {
  Read read;
  read.bytes = to_vector(encode(family, request).finish(1));
  Bytes datagram = read.bytes;
  read.view = *next_message(datagram);
  Bytes payload = read.view.payload;
  read.header = *take_header<genlmsghdr>(payload);
  read.attributes = Attributes(payload);
  return read;
}

TEST(PmRequest, names_family_command_and_version) {
  auto message = read({.command = PmCommand::get_limits});
  EXPECT_EQ(message.view.type, 33);
  EXPECT_EQ(message.view.flags, NLM_F_REQUEST | NLM_F_ACK);
  EXPECT_EQ(message.header.cmd, 6);
  EXPECT_EQ(message.header.version, 1);
  EXPECT_EQ(read({.command = PmCommand::get_address, .dump = true}).view.flags,
            NLM_F_REQUEST | NLM_F_DUMP);
}

TEST(PmRequest, gives_both_ends_of_a_subflow_with_ports_in_host_order) {
  auto message = read(
      {.command = PmCommand::subflow_create,
       .token = Token{0x11223344},
       .local = PmAddress{at("10.0.0.1:4660"), AddressId{7}, pm_flag_backup, InterfaceIndex{3}},
       .remote = PmAddress{at("[2001:db8::1]:80"), {}, {}, {}}});
  EXPECT_EQ(message.attributes.get<std::uint32_t>(4), 0x11223344U);
  auto local = *message.attributes.nest(1);
  EXPECT_EQ(local.get<std::uint16_t>(1), AF_INET);
  EXPECT_EQ(local.get<std::uint8_t>(2), 7);
  EXPECT_EQ(local.get<std::uint32_t>(3), htonl(0x0a000001));
  EXPECT_EQ(local.get<std::uint16_t>(5), 0x1234);
  EXPECT_EQ(local.get<std::uint32_t>(6), 4U);
  EXPECT_EQ(local.get<std::int32_t>(7), 3);
  auto remote = *message.attributes.nest(6);
  EXPECT_EQ(remote.get<std::uint16_t>(1), AF_INET6);
  EXPECT_EQ(remote.find(4)->size(), 16U);
  EXPECT_FALSE(remote.find(3));
  for (const auto absent : std::vector<std::uint16_t>{2, 6, 7})
    EXPECT_FALSE(remote.find(absent)) << absent;
}

TEST(PmRequest, leaves_out_a_port_that_is_none) {
  auto message =
      read({.command = PmCommand::announce, .local = PmAddress{at("10.0.0.1"), {}, {}, {}}});
  EXPECT_FALSE(message.attributes.nest(1)->find(5));
}

TEST(PmRequest, gives_a_mapped_address_in_the_form_that_the_kernel_keeps) {
  auto message = read({.command = PmCommand::subflow_destroy,
                       .local = PmAddress{at("[::ffff:10.0.0.1]:80"), {}, {}, {}}});
  auto local = *message.attributes.nest(1);
  EXPECT_EQ(local.get<std::uint16_t>(1), AF_INET6);
  const auto bytes = *local.find(4);
  ASSERT_EQ(bytes.size(), 16U);
  EXPECT_EQ(bytes[11], std::byte{0xff});
  EXPECT_EQ(bytes[12], std::byte{10});
}

TEST(PmRequest, names_an_endpoint_by_its_id_alone) {
  auto message = read({.command = PmCommand::remove_endpoint, .endpoint_id = AddressId{5}});
  auto endpoint = *message.attributes.nest(1);
  EXPECT_EQ(endpoint.get<std::uint8_t>(2), 5);
  EXPECT_FALSE(endpoint.find(1));
}

TEST(PmRequest, carries_limits_and_the_id_to_remove) {
  auto limits =
      read({.command = PmCommand::set_limits, .limit_add_addr_accepted = 3, .limit_subflows = 8});
  EXPECT_EQ(limits.attributes.get<std::uint32_t>(2), 3U);
  EXPECT_EQ(limits.attributes.get<std::uint32_t>(3), 8U);
  auto removal = read({.command = PmCommand::remove, .removed_id = AddressId{9}});
  EXPECT_EQ(removal.attributes.get<std::uint8_t>(5), 9);
}

// --- decoding -----------------------------------------------------------------------

Message reply(std::uint8_t command) {
  Message message(family.id, 0);
  message.header(genlmsghdr{command, 1, 0});
  return message;
}

// Calls `decode` with the message, and with every beginning of it in memory of its own.
template <class Decode>
auto decode_all(Message message, Decode decode) {
  const auto bytes = to_vector(message.finish(1));
  for (std::size_t length = sizeof(nlmsghdr); length < bytes.size(); ++length) {
    const std::vector<std::byte> payload(bytes.begin() + sizeof(nlmsghdr),
                                         bytes.begin() + static_cast<long>(length));
    decode(View{family.id, 0, 1, payload});
  }
  const std::vector<std::byte> payload(bytes.begin() + sizeof(nlmsghdr), bytes.end());
  return decode(View{family.id, 0, 1, payload});
}

TEST(PmAddress, is_read_as_it_was_written) {
  const PmAddress written{at("[2001:db8::1]:4660"), AddressId{200}, 13, InterfaceIndex{5}};
  auto message = encode(family, {.command = PmCommand::add_endpoint, .local = written});
  auto address = decode_all(message, decode_address);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->address, written.address);
  EXPECT_EQ(address->id, written.id);
  EXPECT_EQ(address->flags, 13U);
  EXPECT_EQ(address->interface, InterfaceIndex{5});
}

TEST(PmAddress, without_an_address_is_none) {
  auto message = encode(family, {.command = PmCommand::get_address, .endpoint_id = AddressId{1}});
  EXPECT_FALSE(decode_all(message, decode_address));
  EXPECT_FALSE(decode_all(reply(3), decode_address));
}

TEST(PmLimits, are_read_when_both_are_there) {
  auto message = reply(6);
  message.attribute(2, std::uint32_t{1});
  EXPECT_FALSE(decode_all(message, decode_limits));
  message.attribute(3, std::uint32_t{2});
  auto limits = decode_all(message, decode_limits);
  ASSERT_TRUE(limits);
  EXPECT_EQ(limits->add_addr_accepted, 1U);
  EXPECT_EQ(limits->subflows, 2U);
}

TEST(PmEvent, has_its_ports_in_network_order_and_all_that_the_kernel_tells) {
  auto message = reply(11);
  message.attribute(1, std::uint32_t{0xabcd});
  message.attribute(2, std::uint16_t{AF_INET});
  message.attribute(5, htonl(0x0a000001));
  message.attribute(7, htonl(0x0a000002));
  message.attribute(9, htons(1000));
  message.attribute(10, htons(80));
  message.attribute(3, std::uint8_t{1}).attribute(4, std::uint8_t{2});
  message.attribute(11, std::uint8_t{1}).attribute(12, std::uint8_t{111});
  message.attribute(15, std::int32_t{4}).attribute(16, std::uint32_t{6});
  auto event = decode_all(message, decode_event);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, PmEventType::subflow_closed);
  EXPECT_EQ(event->token, Token{0xabcd});
  EXPECT_EQ(format(*event->local), "10.0.0.1:1000");
  EXPECT_EQ(format(*event->remote), "10.0.0.2:80");
  EXPECT_EQ(event->local_id, AddressId{1});
  EXPECT_EQ(event->remote_id, AddressId{2});
  EXPECT_EQ(event->backup, true);
  EXPECT_EQ(event->error, 111);
  EXPECT_EQ(event->interface, InterfaceIndex{4});
  EXPECT_EQ(event->reset_reason, 6U);
  EXPECT_FALSE(event->server_side);
}

TEST(PmEvent, keeps_a_v4_mapped_address_recognisable) {
  auto message = reply(10);
  sockaddr_storage storage;
  to_sockaddr(at("::ffff:10.0.0.1"), storage);
  message.attribute(6, reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr);
  auto event = decode_all(message, decode_event);
  ASSERT_TRUE(event && event->local);
  EXPECT_EQ(format(*event->local), "10.0.0.1");
  EXPECT_TRUE(event->local->mapped);
}

TEST(PmEvent, of_a_type_from_the_future_is_kept) {
  auto event = decode_all(reply(99), decode_event);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, PmEventType{99});
  EXPECT_FALSE(event->token);
  EXPECT_FALSE(event->local);
}

TEST(PmEvent, tells_the_server_side_as_old_and_new_kernels_say_it) {
  auto side = [](std::optional<std::uint8_t> server_side, std::optional<std::uint16_t> flags) {
    auto message = reply(1);
    if (server_side) message.attribute(18, *server_side);
    if (flags) message.attribute(13, *flags);
    return decode_all(message, decode_event)->server_side;
  };
  EXPECT_EQ(side(1, {}), true);
  EXPECT_EQ(side(0, {}), false);
  EXPECT_EQ(side({}, 2), true);
  EXPECT_EQ(side({}, 1), false);
  EXPECT_EQ(side({}, {}), std::nullopt);
}

// --- the family ---------------------------------------------------------------------

struct PmFamilyLookup : testing::Test {
  test::FakeKernel kernel;
  Result<PmFamily> resolve(test::Answers answers) {
    test::script_netlink(kernel, [=](const View&) { return answers; });
    auto socket = Socket::open(kernel, NETLINK_GENERIC);
    return resolve_pm_family(*socket);
  }
  static Message description(const std::string& group) {
    Message message(GENL_ID_CTRL, 0);
    message.header(genlmsghdr{CTRL_CMD_NEWFAMILY, 2, 0});
    message.attribute(CTRL_ATTR_FAMILY_ID, std::uint16_t{33});
    const auto groups = message.begin_nest(CTRL_ATTR_MCAST_GROUPS);
    std::uint16_t index = 1;
    for (const std::string& name : {std::string("mptcp_pm_cmds"), group}) {
      const auto nest = message.begin_nest(index++);
      message.attribute(CTRL_ATTR_MCAST_GRP_ID, std::uint32_t{index});
      message.text_attribute(CTRL_ATTR_MCAST_GRP_NAME, name);
      message.end_nest(nest);
    }
    message.end_nest(groups);
    return message;
  }
};

TEST_F(PmFamilyLookup, finds_the_number_and_the_group_of_notifications) {
  auto found = resolve({description("mptcp_pm_events"), make_ack()});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 33);
  EXPECT_EQ(found->events_group, 3U);
}

TEST_F(PmFamilyLookup, has_no_group_where_the_kernel_has_no_notifications) {
  EXPECT_EQ(resolve({description("other"), make_ack()})->events_group, 0U);
}

TEST_F(PmFamilyLookup, is_not_supported_by_a_kernel_without_mptcp) {
  auto found = resolve({make_ack(ENOENT)});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_supported);
}

TEST_F(PmFamilyLookup, calls_an_answer_without_a_number_malformed) {
  auto found = resolve({make_ack()});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace mptcp::netlink
