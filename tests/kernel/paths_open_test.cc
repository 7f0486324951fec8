// SPDX-License-Identifier: MIT
//
// Opening a subflow: what is filled in, what is waited for, what comes back.
#include <gtest/gtest.h>
#include <poll.h>

#include <map>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

class OpenSubflow : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());

  Result<Subflow> open(const OwnedFd& fd, const OpenRequest& request) {
    return control_->open(fd.get(), request, soon());
  }
};

std::optional<AddressId> local_id(int fd, SubflowId id) {
  auto live = subflows(fd, Depth::detail);
  for (const Subflow& subflow : *live) {
    if (subflow.id == id && subflow.detail) return subflow.detail->local_id;
  }
  return std::nullopt;
}

// --- what is filled in -----------------------------------------------------------------------

TEST_F(OpenSubflow, comes_up_from_the_named_local_address_to_the_peers_first_with_its_id) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->id, SubflowId{2});
  EXPECT_EQ(subflow->state, TcpState::established);
  EXPECT_TRUE(subflow->local.same_host(at("127.0.0.2")));
  EXPECT_NE(subflow->local.port, Port{});
  EXPECT_EQ(subflow->remote, at("127.0.0.1").with_port(pair.port()));
  EXPECT_GT(subflow->tcp_size, 0u);
  exchange_bytes(pair);
}

TEST_F(OpenSubflow, asks_routing_for_the_local_address_and_takes_the_connections_port) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.remote = at("127.0.0.3")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->remote, at("127.0.0.3").with_port(pair.port()));
  EXPECT_TRUE(subflow->local.same_host(at("127.0.0.1")));
}

TEST_F(OpenSubflow, takes_the_interfaces_own_address_and_binds_to_it) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.interface = InterfaceIndex{1}});
  ASSERT_OK(subflow);
  EXPECT_TRUE(subflow->local.same_host(at("127.0.0.1")));
  auto live = subflows(pair.client.get(), Depth::detail);
  EXPECT_EQ(live->back().detail->interface, InterfaceIndex{1});
}

TEST_F(OpenSubflow, an_unspecified_local_address_is_one_left_out_but_its_port_counts) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("0.0.0.0:5123"), .remote = at("127.0.0.3")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->local, at("127.0.0.1:5123"));
}

TEST_F(OpenSubflow, from_the_initial_address_has_an_id_beside_0_so_that_joins_still_come_in) {
  Pair pair = make_pair({.client_from = "127.0.0.1:7601"});
  for (int i = 0; i < 2; ++i) {
    auto subflow = open(pair.client, {.local = at("127.0.0.1")});
    ASSERT_OK(subflow);
    EXPECT_EQ(local_id(pair.client.get(), subflow->id), AddressId{1});
  }
  ASSERT_OK(control_->announce(pair.client.get(), {.address = at("127.0.0.8:7602")}, soon()));
  for (int i = 0; i < 3; ++i) {
    auto joined = open(pair.server, {.remote = at("127.0.0.8:7602")});
    ASSERT_OK(joined);
    // The kernel drops its entry of 127.0.0.8, and makes another for the next join.
    ASSERT_OK(control_->close(pair.client.get(), subflows(pair.client.get())->back().id, soon()));
  }
}

TEST_F(OpenSubflow, one_address_keeps_one_id_and_each_explicit_port_has_its_own) {
  Pair pair = make_pair();
  auto first = open(pair.client, {.local = at("127.0.0.2")});
  auto second = open(pair.client, {.local = at("127.0.0.2")});
  auto with_port = open(pair.client, {.local = at("127.0.0.2:5001")});
  auto other_port = open(pair.client, {.local = at("127.0.0.2:5002")});
  for (auto* subflow : {&first, &second, &with_port, &other_port}) ASSERT_OK(*subflow);
  const int fd = pair.client.get();
  EXPECT_EQ(local_id(fd, first->id), local_id(fd, second->id));
  EXPECT_EQ(with_port->local.port, Port{5001});
  EXPECT_NE(local_id(fd, first->id), local_id(fd, with_port->id));
  EXPECT_NE(local_id(fd, with_port->id), local_id(fd, other_port->id));
}

TEST_F(OpenSubflow, takes_the_ids_that_the_caller_gives) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("127.0.0.2"), .local_id = AddressId{77}});
  ASSERT_OK(subflow);
  EXPECT_EQ(local_id(pair.client.get(), subflow->id), AddressId{77});
}

TEST_F(OpenSubflow, refuses_an_id_that_stands_for_another_address) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2"), .local_id = AddressId{7}}));
  EXPECT_ERROR(open(pair.client, {.local = at("127.0.0.3"), .local_id = AddressId{7}}),
               ErrorKind::already_exists, "address id 7 stands for 127.0.0.2");
  EXPECT_ERROR(open(pair.client, {.local = at("127.0.0.2"), .local_id = AddressId{8}}),
               ErrorKind::already_exists, "127.0.0.2 has address id 7");
  EXPECT_ERROR(open(pair.client, {.local = at("127.0.0.3"), .local_id = AddressId{0}}),
               ErrorKind::invalid_argument, "address id 0");
}

TEST_F(OpenSubflow, is_a_backup_from_the_start_when_asked) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("127.0.0.2"), .priority = Priority::backup});
  ASSERT_OK(subflow);
  auto ours = subflows(pair.client.get(), Depth::detail);
  auto theirs = subflows(pair.server.get(), Depth::detail);
  EXPECT_EQ(ours->back().detail->backup, true);
  EXPECT_EQ(theirs->back().detail->backup_by_peer, true);
}

// --- ids that others use -----------------------------------------------------------------------

TEST_F(OpenSubflow, respects_the_ids_that_another_path_control_has_allotted) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  auto other = std::move(*PathControl::direct());
  ASSERT_OK(other->open(pair.client.get(), {.local = at("127.0.0.3")}, soon()));
  // The first one's table is out of date now, and learns.
  auto same = open(pair.client, {.local = at("127.0.0.3")});
  auto fresh = open(pair.client, {.local = at("127.0.0.4")});
  ASSERT_OK(same);
  ASSERT_OK(fresh);
  const int fd = pair.client.get();
  EXPECT_EQ(local_id(fd, same->id), local_id(fd, SubflowId{3}));
  EXPECT_NE(local_id(fd, same->id), local_id(fd, fresh->id));
}

TEST_F(OpenSubflow, reuses_the_implicit_id_that_a_join_gave_one_of_our_addresses) {
  Pair pair = make_pair();
  ASSERT_OK(open(pair.client, {.remote = at("127.0.0.5")}));  // joins an address of the server's
  auto implicit = local_id(pair.server.get(), subflows(pair.server.get())->back().id);
  auto announced = control_->announce(pair.server.get(), {.address = at("127.0.0.5")}, soon());
  ASSERT_OK(announced);
  EXPECT_EQ(announced->id, implicit);
}

TEST_F(OpenSubflow, does_not_hand_out_an_id_that_a_live_subflow_uses_though_the_kernel_forgot_it) {
  Pair pair = make_pair();
  auto first = open(pair.client, {.local = at("127.0.0.2")});
  auto second = open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_OK(first);
  ASSERT_OK(second);
  // The kernel drops the address from its list, though `second` lives on.
  ASSERT_OK(control_->close(pair.client.get(), first->id, soon()));
  const auto used = local_id(pair.client.get(), second->id);
  auto newcomer = std::move(*PathControl::direct());
  for (int i = 3; i < 8; ++i) {
    auto subflow =
        newcomer->open(pair.client.get(), {.local = at("127.0.0." + std::to_string(i))}, soon());
    ASSERT_OK(subflow);
    EXPECT_NE(local_id(pair.client.get(), subflow->id), used);
  }
  auto again = newcomer->open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(again);
  EXPECT_EQ(local_id(pair.client.get(), again->id), used);
}

// --- families ------------------------------------------------------------------------------------

TEST_F(OpenSubflow, works_over_ipv6) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  auto subflow = open(pair.client, {.local = at("::1")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->remote, at("::1").with_port(pair.port()));
}

TEST_F(OpenSubflow, adds_an_ipv4_subflow_to_an_ipv6_connection) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  auto subflow = open(pair.client, {.remote = at("127.0.0.1")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->remote, at("127.0.0.1").with_port(pair.port()));
  ASSERT_OK(control_->close(pair.client.get(), SubflowId{1}, soon()));
  exchange_bytes(pair);
}

TEST_F(OpenSubflow, adds_ipv4_and_ipv6_subflows_to_a_v4_mapped_connection) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1"});
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  ASSERT_OK(open(pair.client, {.local = at("::ffff:127.0.0.3")}));
  ASSERT_OK(open(pair.client, {.local = at("::1"), .remote = at("::1")}));
  EXPECT_EQ(subflows(pair.client.get())->size(), 4u);
}

TEST_F(OpenSubflow, to_another_family_without_a_remote_address_names_what_is_missing) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1"});
  EXPECT_ERROR(open(pair.client, {.local = at("::1")}), ErrorKind::invalid_argument,
               "name an IPv6 remote address");
}

TEST_F(OpenSubflow, to_ipv6_from_an_ipv4_socket_says_what_to_do) {
  Pair pair = make_pair();
  EXPECT_ERROR(open(pair.client, {.local = at("::1"), .remote = at("::1")}),
               ErrorKind::invalid_argument, "make the socket an IPv6 one");
  EXPECT_ERROR(open(pair.client, {.local = at("127.0.0.1"), .remote = at("::1")}),
               ErrorKind::invalid_argument, "different families");
}

// --- when ---------------------------------------------------------------------------------------

TEST_F(OpenSubflow, waits_until_the_connection_may_be_joined) {
  Pair pair = make_idle_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  EXPECT_TRUE(control_->process()->empty());
  exchange_bytes(pair);
  Completion completion = next_completion(*control_);
  EXPECT_EQ(completion.operation, *started);
  ASSERT_FALSE(completion.error) << completion.error->message;
  EXPECT_TRUE(completion.subflow->local.same_host(at("127.0.0.2")));
}

TEST_F(OpenSubflow, on_an_idle_connection_ends_at_its_deadline_and_says_what_is_missing) {
  Pair pair = make_idle_pair();
  EXPECT_ERROR(control_->open(pair.client.get(), {.local = at("127.0.0.2")}, Deadline::after(30ms)),
               ErrorKind::timed_out, "only after some data has crossed");
  exchange_bytes(pair);
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u) << "a failed open happened after all";
}

TEST_F(OpenSubflow, does_not_wake_while_it_waits) {
  Pair pair = make_idle_pair();
  ASSERT_OK(control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon()));
  ASSERT_OK(control_->process());
  pollfd waiting{control_->descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 50), 0);
}

TEST_F(OpenSubflow, the_servers_end_may_open_at_once_to_where_the_client_listens) {
  Pair pair = make_idle_pair({.client_from = "127.0.0.1"});
  // Joins reach a client only at a listener of its own.
  auto announced =
      control_->start_announce(pair.client.get(), {.address = at("127.0.0.8:6001")}, soon());
  ASSERT_OK(announced);
  exchange_bytes(pair);
  Completion completion = next_completion(*control_);
  ASSERT_FALSE(completion.error) << completion.error->message;
  auto subflow = open(pair.server, {.remote = at("127.0.0.8:6001")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->remote, at("127.0.0.8:6001"));
  EXPECT_EQ(subflows(pair.client.get())->size(), 2u);
}

TEST_F(OpenSubflow, several_at_once_on_several_connections_each_get_their_own_answer) {
  Pair one = make_pair();
  Pair two = make_idle_pair();
  std::map<OperationId, std::pair<int, Address>> expected;
  for (int i = 2; i < 8; ++i) {
    const Address local = at("127.0.0." + std::to_string(i));
    for (const Pair* pair : {&one, &two}) {
      auto started = control_->start_open(pair->client.get(), {.local = local}, soon());
      ASSERT_OK(started);
      expected[*started] = {pair->client.get(), local};
    }
  }
  exchange_bytes(two);
  while (!expected.empty()) {
    pollfd waiting{control_->descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 5000), 1);
    auto finished = control_->process();
    ASSERT_OK(finished);
    for (const Completion& completion : *finished) {
      ASSERT_FALSE(completion.error) << completion.error->message;
      auto asked = expected.extract(completion.operation);
      ASSERT_FALSE(asked.empty());
      EXPECT_TRUE(completion.subflow->local.same_host(asked.mapped().second));
    }
  }
  EXPECT_EQ(subflows(one.client.get())->size(), 7u);
  EXPECT_EQ(subflows(two.client.get())->size(), 7u);
}

TEST_F(OpenSubflow, that_finished_at_once_makes_the_descriptor_readable) {
  Pair pair = make_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  EXPECT_EQ(next_completion(*control_).operation, *started);
  pollfd waiting{control_->descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 0) << "and silent afterwards";
}

TEST_F(OpenSubflow, a_waiting_form_keeps_what_else_finishes_for_process) {
  Pair pair = make_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.3")}));
  EXPECT_EQ(next_completion(*control_).operation, *started);
}

TEST_F(OpenSubflow, cancelled_is_forgotten) {
  Pair pair = make_idle_pair();
  auto started = control_->start_open(pair.client.get(), {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(started);
  control_->cancel(*started);
  exchange_bytes(pair);
  EXPECT_TRUE(control_->process()->empty());
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
  EXPECT_ERROR(control_->wait(*started), ErrorKind::not_found, "no operation");
}

TEST_F(OpenSubflow, by_token_needs_no_descriptor) {
  Pair pair = make_pair();
  const Token token = *info(pair.client.get())->token;
  auto subflow = control_->open(token, {.local = at("127.0.0.2")}, soon());
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->id, SubflowId{});
  EXPECT_TRUE(subflow->local.same_host(at("127.0.0.2")));
  EXPECT_EQ(subflows(pair.client.get())->size(), 2u);
}

TEST_F(OpenSubflow, works_after_notifications_were_lost) {
  Pair pair = make_pair();
  Pair other = make_pair();
  // More notifications than the queue holds, while nothing reads them.
  auto busy = std::move(*PathControl::direct());
  for (int i = 0; i < 300; ++i) {
    auto subflow = busy->open(other.client.get(), {.local = at("127.0.0.9")}, soon());
    ASSERT_OK(subflow);
    ASSERT_OK(busy->close(other.client.get(), subflow->id, soon()));
  }
  ASSERT_OK(open(pair.client, {.local = at("127.0.0.2")}));
  ASSERT_OK(open(other.client, {.local = at("127.0.0.9")}));
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
