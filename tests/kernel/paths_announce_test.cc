// SPDX-License-Identifier: MIT
//
// Announcing addresses and taking them back.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

class Announce : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());

  Result<Announcement> announce(const OwnedFd& fd, const AnnounceRequest& request) {
    return control_->announce(fd.get(), request, soon());
  }
  Result<void> withdraw(const OwnedFd& fd, AddressId id) {
    return control_->withdraw(fd.get(), id, soon());
  }
  Result<Subflow> open(const OwnedFd& fd, const OpenRequest& request) {
    return control_->open(fd.get(), request, soon());
  }
};

OwnedFd connect_plainly(const std::string& to) {
  OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at(to), storage);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return OwnedFd();
  return fd;
}

bool is_listening(const std::string& address) { return connect_plainly(address).is_open(); }

// Waits for one kind of event about a connection.
Event next(EventStream& stream, EventKind kind, const OwnedFd& fd) {
  const Token token = *info(fd.get())->token;
  for (;;) {
    auto events = stream.wait(soon());
    EXPECT_OK(events);
    if (!events) return {};
    for (const Event& event : *events) {
      if (event.kind == kind && event.token == token) return event;
    }
  }
}

TEST_F(Announce, tells_the_peer_the_address_and_its_id) {
  Pair pair = make_pair();
  auto events = std::move(*EventStream::open(Scope::namespace_));
  auto announced = announce(pair.server, {.address = at("127.0.0.9")});
  ASSERT_OK(announced);
  EXPECT_NE(announced->id, AddressId{0});
  const Event event = next(*events, EventKind::announced, pair.client);
  EXPECT_EQ(event.remote_id, announced->id);
  EXPECT_TRUE(event.remote->same_host(at("127.0.0.9")));
}

TEST_F(Announce, waits_until_the_kernel_would_really_send_it) {
  Pair pair = make_idle_pair();
  auto events = std::move(*EventStream::open(Scope::namespace_));
  auto started = control_->start_announce(pair.client.get(), {.address = at("127.0.0.9")}, soon());
  ASSERT_OK(started);
  auto none = control_->process();
  ASSERT_OK(none);
  EXPECT_TRUE(none->empty());
  exchange_bytes(pair);
  Completion completion = next_completion(*control_);
  ASSERT_FALSE(completion.error) << completion.error->message;
  EXPECT_EQ(next(*events, EventKind::announced, pair.server).remote_id,
            completion.announcement->id);
}

TEST_F(Announce, on_an_idle_connection_ends_at_its_deadline_and_says_what_is_missing) {
  Pair pair = make_idle_pair();
  EXPECT_ERROR(control_->announce(pair.client.get(), {.address = at("127.0.0.9:7100")},
                                  Deadline::after(30ms)),
               ErrorKind::timed_out, "only after some data has crossed");
  EXPECT_FALSE(is_listening("127.0.0.9:7100"));
}

TEST_F(Announce, with_a_port_opens_the_listener_that_the_kernel_does_not) {
  Pair pair = make_pair();
  auto announced = announce(pair.server, {.address = at("127.0.0.9:7101")});
  ASSERT_OK(announced);
  EXPECT_EQ(announced->address, at("127.0.0.9:7101"));
  ASSERT_OK(open(pair.client, {.remote = announced->address}));
  EXPECT_EQ(subflows(pair.server.get())->size(), 2u);
  exchange_bytes(pair);
}

TEST_F(Announce, turns_strangers_away_while_joins_come_in) {
  Pair pair = make_pair();
  ASSERT_OK(announce(pair.server, {.address = at("127.0.0.9:7102")}));
  OwnedFd stranger = connect_plainly("127.0.0.9:7102");
  ASSERT_TRUE(stranger.is_open());
  pollfd guarded{control_->descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&guarded, 1, 5000), 1);
  ASSERT_OK(control_->process());
  pollfd turned_away{stranger.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&turned_away, 1, 5000), 1);
  char byte;
  EXPECT_LE(::recv(stranger.get(), &byte, 1, 0), 0);
  guarded.revents = 0;
  EXPECT_EQ(::poll(&guarded, 1, 0), 0) << "silent again";
  ASSERT_OK(open(pair.client, {.remote = at("127.0.0.9:7102")}));
}

TEST_F(Announce, a_join_alone_wakes_nobody) {
  Pair pair = make_pair();
  ASSERT_OK(announce(pair.server, {.address = at("127.0.0.9:7103")}));
  auto other = std::move(*PathControl::direct());
  ASSERT_OK(other->open(pair.client.get(), {.remote = at("127.0.0.9:7103")}, soon()));
  pollfd guarded{control_->descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&guarded, 1, 0), 0);
}

TEST_F(Announce, keeps_the_listener_as_long_as_the_announcement) {
  Pair pair = make_pair();
  auto announced = announce(pair.server, {.address = at("127.0.0.9:7104")});
  ASSERT_OK(announced);
  EXPECT_TRUE(is_listening("127.0.0.9:7104"));
  ASSERT_OK(withdraw(pair.server, announced->id));
  EXPECT_FALSE(is_listening("127.0.0.9:7104"));

  ASSERT_OK(announce(pair.server, {.address = at("127.0.0.9:7105")}));
  control_.reset();
  EXPECT_FALSE(is_listening("127.0.0.9:7105"));
}

TEST_F(Announce, over_ipv6_beside_an_ipv4_listener_on_the_same_port) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  ASSERT_OK(announce(pair.server, {.address = at("127.0.0.9:7106")}));
  auto announced = announce(pair.server, {.address = at("[::1]:7106")});
  ASSERT_OK(announced);
  ASSERT_OK(open(pair.client, {.remote = announced->address}));
  ASSERT_OK(open(pair.client, {.remote = at("127.0.0.9:7106")}));
}

TEST_F(Announce, names_the_port_that_is_taken) {
  Pair pair = make_pair();
  Pair other = make_pair({.listen_on = "0.0.0.0:7107"});
  EXPECT_ERROR(announce(pair.server, {.address = at("127.0.0.9:7107")}), ErrorKind::already_exists,
               "127.0.0.9:7107");
}

TEST_F(Announce, the_connections_own_port_is_covered_by_the_applications_listener) {
  Pair pair = make_pair();
  auto announced = announce(pair.server, {.address = at("127.0.0.9").with_port(pair.port())});
  ASSERT_OK(announced);
  ASSERT_OK(open(pair.client, {.remote = at("127.0.0.9")}));
}

TEST_F(Announce, a_client_on_its_own_port_can_be_joined_without_naming_a_port) {
  Pair pair = make_pair({.client_from = "127.0.0.1:7108"});
  ASSERT_OK(announce(pair.client, {.address = at("127.0.0.8:7108")}));
  auto subflow = open(pair.server, {.remote = at("127.0.0.8")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->remote, at("127.0.0.8:7108"));
}

TEST_F(Announce, refuses_what_cannot_be_announced) {
  Pair pair = make_pair();
  EXPECT_ERROR(announce(pair.server, {.address = at("0.0.0.0")}), ErrorKind::invalid_argument,
               "0.0.0.0");
  EXPECT_ERROR(announce(pair.server, {.address = at("127.0.0.9"), .id = AddressId{0}}),
               ErrorKind::invalid_argument, "address id 0");
  EXPECT_ERROR(announce(pair.server, {.address = at("fe80::9")}), ErrorKind::invalid_argument,
               "name its interface");
  EXPECT_ERROR(announce(pair.server, {.address = at("10.1.2.3:7109")}), ErrorKind::system,
               "10.1.2.3:7109");
}

TEST_F(Announce, checks_the_ids_that_the_caller_gives) {
  Pair pair = make_pair();
  ASSERT_OK(announce(pair.server, {.address = at("127.0.0.9"), .id = AddressId{5}}));
  EXPECT_ERROR(announce(pair.server, {.address = at("127.0.0.10"), .id = AddressId{5}}),
               ErrorKind::already_exists, "address id 5 stands for 127.0.0.9");
  auto again = announce(pair.server, {.address = at("127.0.0.9")});
  ASSERT_OK(again);
  EXPECT_EQ(again->id, AddressId{5});
}

// --- withdraw -----------------------------------------------------------------------------------

TEST_F(Announce, withdrawn_the_peer_hears_of_it_and_the_subflows_are_gone_at_both_ends) {
  Pair pair = make_pair();
  auto announced = announce(pair.server, {.address = at("127.0.0.9:7110")});
  ASSERT_OK(announced);
  ASSERT_OK(open(pair.client, {.remote = announced->address}));
  auto events = std::move(*EventStream::open(Scope::namespace_));
  ASSERT_OK(withdraw(pair.server, announced->id));
  EXPECT_EQ(next(*events, EventKind::removed, pair.client).remote_id, announced->id);
  EXPECT_EQ(subflows(pair.server.get())->size(), 1u);
  wait_for_subflows(pair.client, 1);
  exchange_bytes(pair);
}

TEST_F(Announce, withdraws_an_address_that_was_only_used) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("127.0.0.2"), .local_id = AddressId{9}});
  ASSERT_OK(subflow);
  auto events = std::move(*EventStream::open(Scope::namespace_));
  ASSERT_OK(withdraw(pair.client, AddressId{9}));
  EXPECT_EQ(next(*events, EventKind::removed, pair.server).remote_id, AddressId{9});
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
}

TEST_F(Announce, withdraws_what_the_kernel_has_dropped_from_its_list) {
  Pair pair = make_pair();
  auto first = open(pair.client, {.local = at("127.0.0.2"), .local_id = AddressId{9}});
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  ASSERT_OK(control_->close(pair.client.get(), first->id, soon()));  // drops the entry
  auto events = std::move(*EventStream::open(Scope::namespace_));
  ASSERT_OK(withdraw(pair.client, AddressId{9}));
  EXPECT_EQ(next(*events, EventKind::removed, pair.server).remote_id, AddressId{9});
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
}

TEST_F(Announce, withdraws_the_initial_address_as_id_0) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  ASSERT_OK(withdraw(pair.client, AddressId{0}));
  wait_for_subflows(pair.client, 1);
  EXPECT_TRUE(subflows(pair.client.get())->front().local.same_host(at("127.0.0.2")));
  exchange_bytes(pair);
}

TEST_F(Announce, withdrawn_initial_address_can_be_announced_again_under_an_id_of_its_own) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  ASSERT_OK(withdraw(pair.client, AddressId{0}));
  auto announced = announce(pair.client, {.address = at("127.0.0.1")});
  ASSERT_OK(announced);
  EXPECT_NE(announced->id, AddressId{0});
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.1")}));
}

TEST_F(Announce, does_not_withdraw_the_address_of_every_subflow) {
  Pair pair = make_pair();
  EXPECT_ERROR(withdraw(pair.client, AddressId{0}), ErrorKind::invalid_argument, "every subflow");
  exchange_bytes(pair);
}

TEST_F(Announce, does_not_withdraw_what_was_never_there) {
  Pair pair = make_pair();
  EXPECT_ERROR(withdraw(pair.client, AddressId{99}), ErrorKind::not_found, "no such address");
}

TEST_F(Announce, does_not_hand_out_a_withdrawn_id_at_once) {
  Pair pair = make_pair();
  auto first = announce(pair.server, {.address = at("127.0.0.9")});
  ASSERT_OK(first);
  ASSERT_OK(withdraw(pair.server, first->id));
  auto second = announce(pair.server, {.address = at("127.0.0.10")});
  ASSERT_OK(second);
  EXPECT_NE(second->id, first->id);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
