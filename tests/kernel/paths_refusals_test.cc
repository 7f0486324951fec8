// SPDX-License-Identifier: MIT
//
// What cannot be: each refusal has its kind, the errno behind it, and words that name the thing.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

class Refusal : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());

  Result<Subflow> open(int fd, const OpenRequest& request = {.local = at("127.0.0.2")}) {
    return control_->open(fd, request, soon());
  }
};

#define EXPECT_ERRNO(result, expected_kind, expected_errno)                                \
  do {                                                                                     \
    const auto& refused = (result);                                                        \
    ASSERT_FALSE(refused);                                                                 \
    EXPECT_EQ(name(refused.error().kind), name(expected_kind)) << refused.error().message; \
    EXPECT_EQ(refused.error().os_code, expected_errno) << refused.error().message;         \
  } while (false)

OwnedFd tcp_listener(const std::string& address) {
  OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at(address), storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  EXPECT_EQ(::listen(fd.get(), 4), 0);
  return fd;
}

// --- what is no connection of ours --------------------------------------------------------------

TEST_F(Refusal, of_a_descriptor_that_is_none) {
  EXPECT_ERROR(open(-1), ErrorKind::invalid_argument, "-1");
  EXPECT_ERROR(open(9999), ErrorKind::invalid_argument, "9999");
}

TEST_F(Refusal, of_a_plain_tcp_socket) {
  OwnedFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_ERROR(open(fd.get()), ErrorKind::invalid_argument, std::to_string(fd.get()));
}

TEST_F(Refusal, of_a_fresh_and_of_a_listening_socket) {
  OwnedFd fd(::socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
  EXPECT_ERROR(open(fd.get()), ErrorKind::invalid_argument, "not connected");
  Pair pair = make_pair();
  EXPECT_ERROR(open(pair.listener.get()), ErrorKind::invalid_argument, "not connected");
}

TEST_F(Refusal, of_a_connection_that_fell_back) {
  OwnedFd listener = tcp_listener("127.0.0.1:7001");
  OwnedFd client(::socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("127.0.0.1:7001"), storage);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  EXPECT_ERROR(open(client.get()), ErrorKind::fell_back, std::to_string(client.get()));
  EXPECT_ERROR(control_->close(client.get(), SubflowId{1}, soon()), ErrorKind::fell_back, "");
}

TEST_F(Refusal, of_an_unknown_token) {
  EXPECT_ERROR(control_->open(Token{0x1234}, {.local = at("127.0.0.2")}, soon()),
               ErrorKind::not_found, "0x00001234");
}

TEST_F(Refusal, when_the_descriptor_became_another_connection_meanwhile) {
  Pair pair = make_idle_pair();
  Pair other = make_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  exchange_bytes(pair);  // now it could come up
  ASSERT_GE(::dup2(other.client.get(), pair.client.get()), 0);
  Completion completion = next_completion(*control_);
  ASSERT_TRUE(completion.error);
  EXPECT_EQ(name(completion.error->kind), name(ErrorKind::not_found));
  EXPECT_EQ(subflows(other.client.get())->size(), 1u);
}

TEST_F(Refusal, when_the_descriptor_is_closed_meanwhile) {
  Pair pair = make_idle_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  pair.client = OwnedFd();
  Completion completion = next_completion(*control_);
  ASSERT_TRUE(completion.error);
  EXPECT_EQ(name(completion.error->kind), name(ErrorKind::not_found));
}

// --- requests that can never work ---------------------------------------------------------------

TEST_F(Refusal, of_an_open_that_names_nothing) {
  Pair pair = make_pair();
  EXPECT_ERROR(open(pair.client.get(), {}), ErrorKind::invalid_argument, "at least one");
}

TEST_F(Refusal, of_link_local_addresses_without_an_interface) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  EXPECT_ERROR(open(pair.client.get(), {.remote = at("fe80::2")}), ErrorKind::invalid_argument,
               "name its interface");
  EXPECT_ERROR(open(pair.client.get(), {.local = at("fe80::1")}), ErrorKind::invalid_argument,
               "name its interface");
  EXPECT_ERROR(open(pair.client.get(), {.remote = at("fe80::2%1"), .interface = InterfaceIndex{7}}),
               ErrorKind::invalid_argument, "not on interface 7");
}

// --- what the network says ----------------------------------------------------------------------

TEST_F(Refusal, by_a_port_where_nobody_listens) {
  Pair pair = make_pair();
  EXPECT_ERRNO(open(pair.client.get(), {.remote = at("127.0.0.1:1")}), ErrorKind::system,
               ECONNREFUSED);
  exchange_bytes(pair);
}

TEST_F(Refusal, by_a_plain_tcp_listener) {
  Pair pair = make_pair();
  OwnedFd stranger = tcp_listener("127.0.0.7:7002");
  EXPECT_ERROR(open(pair.client.get(), {.remote = at("127.0.0.7:7002")}), ErrorKind::system,
               "did not take it for a join");
}

TEST_F(Refusal, by_a_server_that_closed_its_listener) {
  Pair pair = make_pair();
  pair.listener = OwnedFd();
  EXPECT_ERRNO(open(pair.client.get()), ErrorKind::system, ECONNREFUSED);
}

TEST_F(Refusal, without_a_route) {
  Pair pair = make_pair();
  EXPECT_ERRNO(open(pair.client.get(), {.remote = at("10.9.9.9")}), ErrorKind::system, ENETUNREACH);
  EXPECT_ERRNO(open(pair.client.get(), {.local = at("127.0.0.2"), .remote = at("10.9.9.9")}),
               ErrorKind::system, ENETUNREACH);
}

TEST_F(Refusal, from_an_address_that_is_not_ours) {
  Pair pair = make_pair();
  EXPECT_ERRNO(open(pair.client.get(), {.local = at("10.1.1.1")}), ErrorKind::system,
               EADDRNOTAVAIL);
}

TEST_F(Refusal, from_a_port_that_is_taken) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client.get(), {.local = at("127.0.0.2:5001")}));
  EXPECT_ERRNO(open(pair.client.get(), {.local = at("127.0.0.2:5001"), .remote = at("127.0.0.4")}),
               ErrorKind::already_exists, EADDRINUSE);
}

TEST_F(Refusal, leaves_the_ids_of_live_subflows_alone) {
  Pair pair = make_pair();
  auto first = open(pair.client.get(), {.local = at("127.0.0.2:5003")});
  ASSERT_OK(first);
  // A failing request makes the kernel drop every entry of the address from its list.
  ASSERT_FALSE(open(pair.client.get(), {.local = at("127.0.0.2:5003"), .remote = at("127.0.0.4")}));
  auto live = subflows(pair.client.get(), Depth::detail);
  const auto id = *live->back().detail->local_id;
  ASSERT_OK(open(pair.client.get(), {.local = at("127.0.0.3")}));
  auto ids = subflows(pair.client.get(), Depth::detail);
  EXPECT_NE(ids->back().detail->local_id, id);
  ASSERT_OK(control_->withdraw(pair.client.get(), id, soon()));
}

// --- what the peer says -------------------------------------------------------------------------

TEST_F(Refusal, by_a_peer_that_takes_the_join_back_because_of_its_limit) {
  Pair pair = make_pair({.server_manager = "kernel"});  // two beside the initial one
  ASSERT_OK(open(pair.client.get(), {.local = at("127.0.0.2")}));
  ASSERT_OK(open(pair.client.get(), {.local = at("127.0.0.3")}));
  for (int attempt = 0; attempt < 20; ++attempt) {
    EXPECT_ERROR(open(pair.client.get(), {.local = at("127.0.0.4")}), ErrorKind::limit_reached,
                 "as many subflows as it allows");
  }
  EXPECT_EQ(subflows(pair.client.get())->size(), 3u);
  exchange_bytes(pair);
}

TEST_F(Refusal, after_the_peer_shut_down) {
  Pair pair = make_pair();
  ASSERT_EQ(::shutdown(pair.server.get(), SHUT_WR), 0);
  char byte;
  ASSERT_EQ(::recv(pair.client.get(), &byte, 1, 0), 0);
  EXPECT_ERROR(open(pair.client.get()), ErrorKind::system, "has shut down");
}

TEST_F(Refusal, after_the_peer_reset_the_connection) {
  Pair pair = make_pair();
  const linger at_once{1, 0};
  ::setsockopt(pair.server.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  pair.server = OwnedFd();
  char byte;
  ASSERT_LE(::recv(pair.client.get(), &byte, 1, 0), 0);
  EXPECT_ERROR(open(pair.client.get()), ErrorKind::invalid_argument, "not connected");
}

// --- who may ------------------------------------------------------------------------------------

TEST_F(Refusal, under_the_kernels_path_manager_says_why_and_what_to_do) {
  Pair pair = make_pair({.client_manager = "kernel"});
  const int fd = pair.client.get();
  EXPECT_ERROR(open(fd), ErrorKind::not_supported, "path_manager=userspace");
  EXPECT_ERROR(control_->prefer(fd, SubflowId{1}, Priority::backup, soon()),
               ErrorKind::not_supported, "endpoint");
  EXPECT_ERROR(control_->announce(fd, {.address = at("127.0.0.2")}, soon()),
               ErrorKind::not_supported, "path_manager=userspace");
  EXPECT_ERROR(control_->withdraw(fd, AddressId{1}, soon()), ErrorKind::not_supported,
               "path_manager=userspace");
}

TEST_F(Refusal, of_the_unprivileged_who_may_still_read) {
  Pair pair = make_pair();
  const int fd = pair.client.get();
  Unprivileged user;
  auto control = PathControl::direct();
  ASSERT_OK(control);
  constexpr auto words = "CAP_NET_ADMIN";
  constexpr auto kind = ErrorKind::not_permitted;
  EXPECT_ERROR((*control)->open(fd, {.local = at("127.0.0.2")}, soon()), kind, words);
  EXPECT_ERROR((*control)->close(fd, SubflowId{1}, soon()), kind, words);
  EXPECT_ERROR((*control)->prefer(fd, SubflowId{1}, Priority::backup, soon()), kind, words);
  EXPECT_ERROR((*control)->announce(fd, {.address = at("127.0.0.2")}, soon()), kind, words);
  EXPECT_ERROR((*control)->withdraw(fd, AddressId{1}, soon()), kind, words);
  EXPECT_ERROR((*control)->add_endpoint({.address = at("127.0.0.2")}), kind, words);
  EXPECT_ERROR((*control)->remove_endpoint(AddressId{1}), kind, words);
  EXPECT_ERROR((*control)->flush_endpoints(), kind, words);
  EXPECT_ERROR((*control)->set_limits({1, 1}), kind, words);

  EXPECT_EQ(*(*control)->path_manager(fd), PathManager::userspace);
  EXPECT_OK((*control)->namespace_path_manager());
  EXPECT_OK((*control)->list_endpoints());
  EXPECT_OK((*control)->limits());
}

TEST_F(Refusal, of_a_control_whose_rights_were_dropped) {
  Pair pair = make_pair();
  Unprivileged user;
  EXPECT_ERROR(open(pair.client.get()), ErrorKind::not_permitted, "CAP_NET_ADMIN");
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
