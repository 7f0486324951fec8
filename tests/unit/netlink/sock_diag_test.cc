// SPDX-License-Identifier: MIT
#include "netlink/sock_diag.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cerrno>

#include "support/diag_messages.h"
#include "support/netlink_script.h"

namespace mptcp::netlink {
namespace {

using test::make_ack;
using test::make_diag;
using test::make_done;
using test::to_vector;

Address at(const std::string& text) { return *parse_address(text); }

SocketKey key(const std::string& local, const std::string& remote, unsigned interface = 0) {
  return {at(local), at(remote), InterfaceIndex{interface}};
}
const SocketKey v4 = key("10.0.0.1:1000", "10.0.0.2:80");

// What was asked, as the kernel reads it.
struct Asked {
  std::uint16_t type = 0;
  bool dump = false;
  inet_diag_req_v2 body{};
  std::optional<std::uint32_t> protocol;
  std::size_t filter_size = 0;
};

struct SockDiag : testing::Test {
  test::FakeKernel kernel;
  std::vector<Asked> asked;

  Socket open(std::function<test::Answers(const Asked&)> answer) {
    test::script_netlink(kernel, [this, answer = std::move(answer)](const View& request) {
      Bytes payload = request.payload;
      Asked now{request.type,
                (request.flags & NLM_F_DUMP) == NLM_F_DUMP,
                *take_header<inet_diag_req_v2>(payload),
                {},
                0};
      now.protocol = Attributes(payload).get<std::uint32_t>(3);
      if (auto filter = Attributes(payload).find(1)) now.filter_size = filter->size();
      asked.push_back(now);
      return answer(now);
    });
    return *Socket::open(kernel, NETLINK_SOCK_DIAG);
  }
  Socket open(test::Answers answers) {
    return open([answers = std::move(answers)](const Asked&) { return answers; });
  }
};

// Calls `decode` with the message, and with every beginning of it in memory of its own.
template <class Decode>
auto decode_all(Message message, Decode decode) {
  const auto bytes = to_vector(message.finish(1));
  for (std::size_t length = sizeof(nlmsghdr); length < bytes.size(); ++length) {
    const std::vector<std::byte> payload(bytes.begin() + sizeof(nlmsghdr),
                                         bytes.begin() + static_cast<long>(length));
    decode(View{SOCK_DIAG_BY_FAMILY, 0, 1, payload});
  }
  const std::vector<std::byte> payload(bytes.begin() + sizeof(nlmsghdr), bytes.end());
  return decode(View{SOCK_DIAG_BY_FAMILY, 0, 1, payload});
}

// --- decoding -----------------------------------------------------------------------

TEST_F(SockDiag, reads_a_subflow_with_all_that_mptcp_adds) {
  auto message = make_diag({.key = key("10.0.0.1:1000", "10.0.0.2:80", 4),
                            .owner = 1000,
                            .inode = 55,
                            .cookie = 0x1122334455667788,
                            .congestion_control = "bbr"});
  test::append_ulp(message, {.local_token = Token{1},
                             .remote_token = Token{2},
                             .local_id = AddressId{3},
                             .remote_id = AddressId{4},
                             .flags = ulp_backup | ulp_fully_established});
  auto socket = decode_all(message, decode_socket);
  ASSERT_TRUE(socket);
  EXPECT_EQ(format(socket->key.local), "10.0.0.1:1000");
  EXPECT_EQ(format(socket->key.remote), "10.0.0.2:80");
  EXPECT_EQ(socket->key.interface, InterfaceIndex{4});
  EXPECT_EQ(socket->state, TcpState::established);
  EXPECT_EQ(socket->owner, 1000U);
  EXPECT_EQ(socket->inode, 55U);
  EXPECT_EQ(socket->cookie, 0x1122334455667788U);
  EXPECT_STREQ(socket->congestion_control, "bbr");
  EXPECT_TRUE(socket->tells_upper_layer);
  ASSERT_TRUE(socket->ulp);
  EXPECT_EQ(socket->ulp->local_token, Token{1});
  EXPECT_EQ(socket->ulp->remote_token, Token{2});
  EXPECT_EQ(socket->ulp->local_id, AddressId{3});
  EXPECT_EQ(socket->ulp->remote_id, AddressId{4});
  EXPECT_EQ(socket->ulp->flags, ulp_backup | ulp_fully_established);
}

TEST_F(SockDiag, reads_a_socket_of_which_little_is_told) {
  auto socket = decode_all(make_diag({.key = v4}), decode_socket);
  ASSERT_TRUE(socket);
  EXPECT_FALSE(socket->ulp);
  EXPECT_FALSE(socket->tells_upper_layer);
  EXPECT_EQ(socket->tcp_size, 0U);
  EXPECT_STREQ(socket->congestion_control, "");
}

TEST_F(SockDiag, keeps_the_form_of_a_v4_mapped_address_and_the_interface_of_a_link_local_one) {
  auto mapped = decode_all(
      make_diag({.key = key("[::ffff:10.0.0.1]:1000", "[::ffff:10.0.0.2]:80")}), decode_socket);
  EXPECT_EQ(format(mapped->key.local), "10.0.0.1:1000");
  EXPECT_TRUE(mapped->key.local.mapped && mapped->key.remote.mapped);
  auto local =
      decode_all(make_diag({.key = key("[fe80::1]:1000", "[fe80::2]:80", 7)}), decode_socket);
  EXPECT_EQ(local->key.local.scope, 7U);
  EXPECT_EQ(local->key.remote.scope, 7U);
  auto global =
      decode_all(make_diag({.key = key("[2001:db8::1]:1", "[2001:db8::2]:2", 7)}), decode_socket);
  EXPECT_EQ(global->key.local.scope, 0U);
}

TEST_F(SockDiag, takes_a_tcp_info_that_is_shorter_or_longer_than_ours) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{232}, sizeof(TcpInfo), std::size_t{400}}) {
    auto message = make_diag({.key = v4});
    const std::vector<std::byte> info(size, std::byte{1});
    message.attribute(2, info.data(), info.size());
    auto socket = decode_all(message, decode_socket);
    EXPECT_EQ(socket->tcp_size, std::min(size, sizeof(TcpInfo)));
    EXPECT_EQ(socket->tcp.accecn, size >= sizeof(TcpInfo) ? 0x01010101U : 0U);
  }
}

TEST_F(SockDiag, cuts_a_name_that_is_too_long) {
  auto message = make_diag({.key = v4, .congestion_control = std::string(40, 'x')});
  EXPECT_EQ(std::string(decode_all(message, decode_socket)->congestion_control),
            std::string(15, 'x'));
}

TEST_F(SockDiag, does_not_take_other_messages_or_families_for_sockets) {
  auto bytes = to_vector(make_diag({.key = v4}).finish(1));
  const Bytes payload = Bytes(bytes).subspan(sizeof(nlmsghdr));
  EXPECT_FALSE(decode_socket(View{NLMSG_NOOP, 0, 1, payload}));
  EXPECT_FALSE(decode_connection(View{NLMSG_NOOP, 0, 1, payload}));
  bytes[sizeof(nlmsghdr)] = std::byte{1};  // AF_UNIX
  EXPECT_FALSE(decode_socket(View{SOCK_DIAG_BY_FAMILY, 0, 1, payload}));
  EXPECT_FALSE(decode_connection(View{SOCK_DIAG_BY_FAMILY, 0, 1, payload}));
}

TEST_F(SockDiag, reads_a_connection_and_how_much_of_it_is_told) {
  auto message = make_diag({.key = v4, .owner = 5, .inode = 6});
  kernel::MptcpInfo info{.token = 99};
  message.attribute(2, &info, 48);
  auto connection = decode_all(message, decode_connection);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->owner, 5U);
  EXPECT_EQ(connection->inode, 6U);
  EXPECT_EQ(connection->info.token, 99U);
  EXPECT_EQ(connection->info_size, 48U);
}

// --- one socket ---------------------------------------------------------------------

TEST_F(SockDiag, asks_for_exactly_one_socket) {
  auto socket = open({make_diag({.key = v4}), make_ack()});
  auto found = find_socket(socket, v4);
  ASSERT_TRUE(found && *found);
  ASSERT_EQ(asked.size(), 1U);
  const auto& body = asked[0].body;
  EXPECT_FALSE(asked[0].dump);
  EXPECT_EQ(asked[0].type, SOCK_DIAG_BY_FAMILY);
  EXPECT_EQ(body.sdiag_family, AF_INET);
  EXPECT_EQ(body.sdiag_protocol, IPPROTO_TCP);
  EXPECT_EQ(body.id.idiag_sport, htons(1000));
  EXPECT_EQ(body.id.idiag_dport, htons(80));
  EXPECT_EQ(body.id.idiag_src[0], htonl(0x0a000001));
  EXPECT_EQ(body.id.idiag_dst[0], htonl(0x0a000002));
  EXPECT_EQ(body.id.idiag_cookie[0], INET_DIAG_NOCOOKIE);
}

TEST_F(SockDiag, asks_for_a_v4_mapped_socket_in_its_own_form) {
  const auto mapped = key("[::ffff:10.0.0.1]:1000", "[::ffff:10.0.0.2]:80");
  auto socket = open({make_diag({.key = mapped}), make_ack()});
  ASSERT_TRUE(find_socket(socket, mapped));
  EXPECT_EQ(asked[0].body.sdiag_family, AF_INET6);
  EXPECT_EQ(asked[0].body.id.idiag_src[2], htonl(0xffff));
  EXPECT_EQ(asked[0].body.id.idiag_src[3], htonl(0x0a000001));
}

TEST_F(SockDiag, looks_among_the_bound_sockets_for_one_that_it_does_not_find) {
  const auto bound = key("10.0.0.1:1000", "10.0.0.2:80", 3);
  auto socket = open([&](const Asked& now) {
    if (!now.dump) return test::Answers{make_ack(ENOENT)};
    return test::Answers{make_diag({.key = key("10.0.0.9:1000", "10.0.0.2:80")}),
                         make_diag({.key = bound}), make_done()};
  });
  auto found = find_socket(socket, v4);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->key.interface, InterfaceIndex{3});
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[1].filter_size, 8 * sizeof(inet_diag_bc_op));
}

TEST_F(SockDiag, does_not_look_further_when_the_interface_is_named) {
  auto socket = open({make_ack(ENOENT)});
  auto found = find_socket(socket, key("10.0.0.1:1000", "10.0.0.2:80", 3));
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
  EXPECT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].body.id.idiag_if, 3U);
}

TEST_F(SockDiag, does_not_take_a_listener_for_the_socket_that_is_gone) {
  auto socket = open([](const Asked& now) {
    if (now.dump) return test::Answers{make_done()};
    return test::Answers{
        make_diag({.key = key("0.0.0.0:1000", "0.0.0.0"), .state = TcpState::listen}), make_ack()};
  });
  auto found = find_socket(socket, v4);
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(SockDiag, passes_on_why_it_may_not_look) {
  auto socket = open({make_ack(EPERM)});
  auto found = find_socket(socket, v4);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_permitted);
}

TEST_F(SockDiag, finds_a_listener_by_its_own_address) {
  auto socket = open(
      {make_diag({.key = key("127.0.0.1:80", "0.0.0.0"), .state = TcpState::listen}), make_ack()});
  auto found = find_listener(socket, at("127.0.0.1:80"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(asked[0].body.id.idiag_dport, 0);
}

// --- lists --------------------------------------------------------------------------

TEST_F(SockDiag, lists_the_sockets_of_both_families_that_are_wanted) {
  auto socket = open([](const Asked& now) {
    if (now.body.sdiag_family == AF_INET) {
      return test::Answers{make_diag({.key = v4, .inode = 1}), make_diag({.key = v4, .inode = 2}),
                           make_done()};
    }
    return test::Answers{make_diag({.key = key("[::1]:1", "[::1]:2"), .inode = 3}), make_done()};
  });
  auto all = list_sockets(socket, [](const DiagSocket& found) { return found.inode != 2; });
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].inode, 1U);
  EXPECT_EQ((*all)[1].inode, 3U);
  EXPECT_EQ(asked[0].body.idiag_states & (1U << 10), 0U) << "listeners";
}

TEST_F(SockDiag, asks_again_for_a_list_that_was_interrupted) {
  int round = 0;
  auto socket = open([&](const Asked& now) {
    if (now.body.sdiag_family == AF_INET6) return test::Answers{make_done()};
    auto message = make_diag({.key = v4, .inode = 1},
                             static_cast<std::uint16_t>(++round < 3 ? NLM_F_DUMP_INTR : 0));
    return test::Answers{message, make_done()};
  });
  auto all = list_sockets(socket, [](const DiagSocket&) { return true; });
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 1U);
  EXPECT_EQ(round, 3);
}

TEST_F(SockDiag, gives_up_asking_again_and_answers_with_what_it_has) {
  int round = 0;
  auto socket = open([&](const Asked&) {
    ++round;
    return test::Answers{make_diag({.key = v4}, NLM_F_DUMP_INTR), make_done()};
  });
  auto all = list_sockets(socket, [](const DiagSocket&) { return true; });
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 2U);
  EXPECT_LT(round, 20);
}

TEST_F(SockDiag, asks_for_connections_by_a_protocol_that_one_byte_cannot_hold) {
  auto socket = open({make_done()});
  auto all = list_connections(socket);
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->empty());
  EXPECT_EQ(asked[0].protocol, 262U);
  EXPECT_TRUE(asked[0].dump);
  EXPECT_EQ(asked[0].body.idiag_states & (1U << 10), 0U) << "listeners";
  ASSERT_TRUE(check_connection_diag(socket));
  EXPECT_EQ(asked.back().body.idiag_states, 0U);
}

TEST_F(SockDiag, is_not_supported_where_the_kernel_has_no_mptcp_diag) {
  for (auto refusal : {make_ack(ENOENT), make_done(ENOENT)}) {
    auto socket = open({refusal});
    for (const Error& error :
         {list_connections(socket).error(), check_connection_diag(socket).error()}) {
      EXPECT_EQ(error.kind, ErrorKind::not_supported);
      EXPECT_NE(error.message.find("CONFIG_INET_MPTCP_DIAG"), std::string::npos) << error.message;
    }
  }
}

TEST_F(SockDiag, finds_a_connection_by_its_token) {
  auto socket = open([](const Asked& now) {
    if (now.body.id.idiag_cookie[0] != 99) return test::Answers{make_ack(ENOENT)};
    return test::Answers{make_diag({.key = v4, .inode = 8}), make_ack()};
  });
  auto found = find_connection(socket, Token{99});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->inode, 8U);
  EXPECT_FALSE(asked[0].dump);
  auto other = find_connection(socket, Token{98});
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
}

// --- destroying ---------------------------------------------------------------------

TEST_F(SockDiag, destroys_exactly_one_socket_and_with_its_cookie_no_successor) {
  auto socket = open({make_ack()});
  ASSERT_TRUE(destroy_socket(socket, v4));
  ASSERT_TRUE(destroy_socket(socket, v4, 0x1122334455667788));
  EXPECT_EQ(asked[0].type, SOCK_DESTROY);
  EXPECT_EQ(asked[0].body.id.idiag_cookie[0], INET_DIAG_NOCOOKIE);
  EXPECT_EQ(asked[1].body.id.idiag_cookie[0], 0x55667788U);
  EXPECT_EQ(asked[1].body.id.idiag_cookie[1], 0x11223344U);
}

TEST_F(SockDiag, names_the_kind_of_a_refusal_to_destroy) {
  const std::pair<int, ErrorKind> refusals[] = {{EPERM, ErrorKind::not_permitted},
                                                {ENOENT, ErrorKind::not_found},
                                                {ESTALE, ErrorKind::not_found},
                                                {EOPNOTSUPP, ErrorKind::not_supported},
                                                {EINVAL, ErrorKind::system}};
  for (const auto& [code, kind] : refusals) {
    auto socket = open({make_ack(code)});
    auto done = destroy_socket(socket, v4);
    ASSERT_FALSE(done) << code;
    EXPECT_EQ(done.error().kind, kind) << done.error().message;
    EXPECT_NE(done.error().message.find("10.0.0.1:1000 -> 10.0.0.2:80"), std::string::npos);
  }
}

}  // namespace
}  // namespace mptcp::netlink
