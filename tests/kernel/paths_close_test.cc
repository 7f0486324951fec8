// SPDX-License-Identifier: MIT
//
// Closing and preferring subflows that exist.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

class SteerSubflow : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());

  Subflow open(const OwnedFd& fd, const OpenRequest& request = {.local = at("127.0.0.2")}) {
    auto subflow = control_->open(fd.get(), request, soon());
    EXPECT_OK(subflow);
    return *subflow;
  }
  Result<void> close(const OwnedFd& fd, SubflowRef subflow, LastSubflow last = LastSubflow::keep) {
    return control_->close(fd.get(), subflow, soon(), last);
  }
};

std::vector<SubflowId> ids(const OwnedFd& fd) {
  std::vector<SubflowId> found;
  for (const Subflow& subflow : *subflows(fd.get())) found.push_back(subflow.id);
  return found;
}

// --- close --------------------------------------------------------------------------------------

TEST_F(SteerSubflow, closes_by_id_from_either_end) {
  Pair pair = make_pair();
  const Subflow subflow = open(pair.client);
  ASSERT_OK(close(pair.client, subflow.id));
  EXPECT_EQ(ids(pair.client), std::vector{SubflowId{1}});
  wait_for_subflows(pair.server, 1);

  open(pair.client, {.local = at("127.0.0.3")});
  ASSERT_OK(close(pair.server, subflows(pair.server.get())->back().id));
  wait_for_subflows(pair.client, 1);
  exchange_bytes(pair);
}

TEST_F(SteerSubflow, closes_by_address_pair) {
  Pair pair = make_pair();
  const Subflow subflow = open(pair.client);
  ASSERT_OK(close(pair.client, AddressPair{subflow.local, subflow.remote}));
  EXPECT_EQ(ids(pair.client), std::vector{SubflowId{1}});
}

TEST_F(SteerSubflow, closes_the_initial_one_and_the_connection_goes_on) {
  Pair pair = make_pair();
  const Subflow subflow = open(pair.client);
  ASSERT_OK(close(pair.client, SubflowId{1}));
  wait_for_subflows(pair.client, 1);
  EXPECT_EQ(ids(pair.client), std::vector{subflow.id});
  exchange_bytes(pair);
  EXPECT_ERROR(close(pair.client, SubflowId{1}), ErrorKind::not_found, "no live subflow 1");
}

TEST_F(SteerSubflow, refuses_to_close_the_last_one_unless_told_so) {
  Pair pair = make_pair();
  EXPECT_ERROR(close(pair.client, SubflowId{1}), ErrorKind::invalid_argument, "last one");
  const Subflow subflow = open(pair.client);
  ASSERT_OK(close(pair.client, SubflowId{1}));
  EXPECT_ERROR(close(pair.client, subflow.id), ErrorKind::invalid_argument, "last one");
  exchange_bytes(pair);
}

TEST_F(SteerSubflow, a_connection_without_a_path_is_revived_by_an_open_and_loses_nothing) {
  Pair pair = make_pair();
  ASSERT_OK(close(pair.client, SubflowId{1}, LastSubflow::may_close));
  wait_for_subflows(pair.client, 0);
  ASSERT_EQ(::send(pair.client.get(), "while away", 10, 0), 10);
  open(pair.client);
  char text[11] = "";
  ASSERT_EQ(::recv(pair.server.get(), text, 10, MSG_WAITALL), 10);
  EXPECT_STREQ(text, "while away");
  exchange_bytes(pair);
}

TEST_F(SteerSubflow, closes_what_is_v4_mapped_in_whichever_form_it_is_named) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1"});
  open(pair.client);  // its initial subflow is v4-mapped, this one is plain IPv4
  auto live = *subflows(pair.client.get());
  EXPECT_NE(live[0].local.mapped, live[1].local.mapped);
  for (const Subflow& subflow : live) {
    AddressPair named{subflow.local, subflow.remote};
    named.local.mapped = named.remote.mapped = !subflow.local.mapped;
    ASSERT_OK(close(pair.client, named, LastSubflow::may_close));
  }
  // The server sees both of its ends v4-mapped.
  open(pair.client);
  for (const Subflow& subflow : *subflows(pair.server.get())) {
    ASSERT_OK(close(pair.server, subflow.id, LastSubflow::may_close));
  }
}

TEST_F(SteerSubflow, closes_one_that_has_not_come_up_yet) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::1"});
  // A listener whose queue is full drops the SYN.
  OwnedFd full(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("[::1]:7300"), storage);
  ASSERT_EQ(::bind(full.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  OwnedFd guest(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(guest.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);

  auto started = control_->start_open(pair.client.get(), {.remote = at("[::1]:7300")}, soon());
  ASSERT_OK(started);
  auto live = *subflows(pair.client.get());
  ASSERT_EQ(live.size(), 2u);
  ASSERT_EQ(live[1].state, TcpState::syn_sent);
  // One that is not up does not count as another to live on.
  EXPECT_ERROR(close(pair.client, live[0].id), ErrorKind::invalid_argument, "last one");
  ASSERT_OK(close(pair.client, live[1].id));
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
  Completion completion = next_completion(*control_);
  ASSERT_TRUE(completion.error);
  EXPECT_NE(completion.error->message.find("closed from this side"), std::string::npos)
      << completion.error->message;
}

TEST_F(SteerSubflow, closes_under_the_kernels_path_manager_too) {
  Pair pair = make_pair({.server_manager = "kernel"});
  open(pair.client);
  const auto live = *subflows(pair.server.get());
  ASSERT_EQ(live.size(), 2u);
  ASSERT_OK(close(pair.server, live[1].id));
  EXPECT_EQ(subflows(pair.server.get())->size(), 1u);
  EXPECT_ERROR(close(pair.server, live[0].id), ErrorKind::invalid_argument, "last one");
  wait_for_subflows(pair.client, 1);
  exchange_bytes(pair);
}

TEST_F(SteerSubflow, closes_v4_mapped_and_bound_ones_under_the_kernels_path_manager) {
  Pair pair =
      make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1", .server_manager = "kernel"});
  open(pair.client, {.interface = InterfaceIndex{1}});
  for (const Subflow& subflow : *subflows(pair.server.get())) {
    ASSERT_OK(close(pair.server, subflow.id, LastSubflow::may_close));
  }
  wait_for_subflows(pair.server, 0);
}

TEST_F(SteerSubflow, by_token_is_named_by_addresses_alone) {
  Pair pair = make_pair();
  const Token token = *info(pair.client.get())->token;
  const Subflow subflow = open(pair.client);
  EXPECT_ERROR(control_->close(token, subflow.id, soon()), ErrorKind::invalid_argument,
               "by its addresses");
  const AddressPair ends{subflow.local, subflow.remote};
  auto backup = control_->prefer(token, ends, Priority::backup, soon());
  ASSERT_OK(backup);
  EXPECT_EQ(backup->detail->backup, true);
  ASSERT_OK(control_->close(token, ends, soon()));
  EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
  EXPECT_ERROR(control_->close(token, ends, soon()), ErrorKind::not_found, "no live subflow");
  const Subflow first = subflows(pair.client.get())->front();
  EXPECT_ERROR(control_->close(token, AddressPair{first.local, first.remote}, soon()),
               ErrorKind::invalid_argument, "last one");
}

TEST_F(SteerSubflow, names_what_is_not_there) {
  Pair pair = make_pair();
  EXPECT_ERROR(close(pair.client, SubflowId{9}), ErrorKind::not_found, "no live subflow 9");
  EXPECT_ERROR(close(pair.client, AddressPair{at("127.0.0.1:1"), at("127.0.0.2:2")}),
               ErrorKind::not_found, "127.0.0.1:1 -> 127.0.0.2:2");
  EXPECT_ERROR(close(pair.client, SubflowId{0}), ErrorKind::invalid_argument, "no subflow's id");
}

// --- prefer -------------------------------------------------------------------------------------

TEST_F(SteerSubflow, prefers_the_very_subflow_that_was_named) {
  Pair pair = make_pair();
  const Subflow first = open(pair.client);
  const Subflow second = open(pair.client);  // the same addresses, but for our port
  auto backup = control_->prefer(pair.client.get(), second.id, Priority::backup, soon());
  ASSERT_OK(backup);
  EXPECT_EQ(backup->id, second.id);
  EXPECT_EQ(backup->detail->backup, true);
  for (const Subflow& subflow : *subflows(pair.client.get(), Depth::detail)) {
    EXPECT_EQ(subflow.detail->backup, subflow.id == second.id);
  }
  auto regular = control_->prefer(pair.client.get(), second.id, Priority::regular, soon());
  ASSERT_OK(regular);
  EXPECT_EQ(regular->detail->backup, false);
  EXPECT_EQ(first.id, SubflowId{2});
}

TEST_F(SteerSubflow, prefers_at_both_ends_and_from_the_server_too) {
  Pair pair = make_pair();
  open(pair.client);
  const auto ours = subflows(pair.server.get())->back();
  ASSERT_OK(control_->prefer(pair.server.get(), ours.id, Priority::backup, soon()));
  const auto deadline = std::chrono::steady_clock::now() + 5s;
  auto heard = [&] {
    return subflows(pair.client.get(), Depth::detail)->back().detail->backup_by_peer == true;
  };
  while (!heard() && std::chrono::steady_clock::now() < deadline) ::poll(nullptr, 0, 1);
  EXPECT_TRUE(heard());
}

TEST_F(SteerSubflow, prefers_v4_mapped_ones) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1"});
  open(pair.client);
  for (const Subflow& subflow : *subflows(pair.client.get())) {
    auto backup = control_->prefer(pair.client.get(), subflow.id, Priority::backup, soon());
    ASSERT_OK(backup);
    EXPECT_EQ(backup->detail->backup, true);
  }
}

TEST_F(SteerSubflow, prefers_no_subflow_that_is_not_there) {
  Pair pair = make_pair();
  EXPECT_ERROR(control_->prefer(pair.client.get(), SubflowId{9}, Priority::backup, soon()),
               ErrorKind::not_found, "no live subflow 9");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
