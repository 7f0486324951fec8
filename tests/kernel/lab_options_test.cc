// SPDX-License-Identifier: MIT
//
// Wires that meddle with MPTCP's options: what each kind does to a connection.
#include <gtest/gtest.h>

#include <mptcp/connection.h>

#include "support/joins.h"
#include "support/lab_hosts.h"
#include "support/namespaces.h"

namespace {

using namespace mptcp;
using namespace mptcp::test;

class LabOptions : public testing::TestWithParam<Family> {
 protected:
  Connection connect(const Lab& lab) {
    return connect_over(lab, "1", GetParam(), Transport::mptcp);
  }
  static Status status_of(const OwnedFd& fd) { return status(fd.get()).value(); }
};

TEST_P(LabOptions, nothing_stripped_is_mptcp) {
  const Lab lab = start_lab({"1ms"});
  const auto connection = connect(lab);
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::mptcp);
  EXPECT_EQ(status_of(connection.server), Status::mptcp);
}

TEST_P(LabOptions, without_the_syns_option_neither_end_has_mptcp) {
  Lab lab = start_lab({"1ms,upload:strip=syn"});
  const auto connection = connect(lab);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
  EXPECT_EQ(status_of(connection.server), Status::tcp);
  EXPECT_EQ(lab.path("1").value().upload.stripped, 1U);
}

TEST_P(LabOptions, without_the_synacks_option_the_client_falls_back) {
  Lab lab = start_lab({"1ms,download:strip=synack"});
  const auto connection = connect(lab);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
  exchange(connection);
  EXPECT_EQ(status_of(connection.server), Status::tcp);
  EXPECT_EQ(lab.path("1").value().download.stripped, 1U);
}

TEST_P(LabOptions, without_the_clients_later_options_it_is_mptcp_until_the_first_data) {
  const Lab lab = start_lab({"1ms,upload:strip=data"});
  const auto connection = connect(lab);
  EXPECT_EQ(status_of(connection.client), Status::mptcp);
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
  EXPECT_EQ(status_of(connection.server), Status::tcp);
}

TEST_P(LabOptions, without_the_servers_later_options_the_ends_disagree) {
  const Lab lab = start_lab({"1ms,download:strip=data"});
  const auto connection = connect(lab);
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
  EXPECT_EQ(status_of(connection.server), Status::mptcp);
}

TEST_P(LabOptions, stripping_in_mid_connection_falls_back_and_loses_nothing) {
  Lab lab = start_lab({"1ms"});
  const auto connection = connect(lab);
  exchange(connection);
  change(lab, "1", "strip=all");
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
}

TEST_P(LabOptions, the_wrong_direction_strips_nothing) {
  Lab lab = start_lab({"1ms,download:strip=syn,upload:strip=synack"});
  const auto connection = connect(lab);
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::mptcp);
  const auto state = lab.path("1").value();
  EXPECT_EQ(state.upload.stripped + state.download.stripped, 0U);
}

TEST_P(LabOptions, a_stripped_join_never_becomes_a_subflow) {
  Lab lab = start_lab({"1ms", "1ms,upload:strip=join"});
  const HostScope scope = lab.enter("client").value();
  Joiner joiner;
  const auto connection = connect(lab);
  exchange(connection);
  const auto local = lab.address("2", "client", GetParam()).value();
  const auto remote = lab.address("2", "server", GetParam())
                          .value()
                          .with_port(peer_address(connection.client.get()).port);
  EXPECT_EQ(joiner.open(connection.client.get(), {.local = local, .id = AddressId{2}}, remote), 0);
  EXPECT_TRUE(eventually(lab, "2", [](const auto& state) { return state.upload.stripped == 1; }));
  EXPECT_TRUE(has_subflows(connection.client.get(), 1));
  exchange(connection);
  EXPECT_EQ(status_of(connection.client), Status::mptcp);
}

TEST_P(LabOptions, a_blocked_join_is_not_answered_until_it_may_pass) {
  Lab lab = start_lab({"1ms", "1ms,upload:block=join"});
  OwnedFd listener;
  {
    const HostScope server = lab.enter("server").value();
    listener = make_listener(GetParam() == Family::v4 ? "0.0.0.0" : "::", Transport::mptcp);
  }
  const HostScope scope = lab.enter("client").value();
  Joiner joiner;
  Connection connection;
  connection.client = make_socket(GetParam(), Transport::mptcp);
  const auto port = local_address(listener.get()).port;
  start_connect(connection.client.get(),
                lab.address("1", "server", GetParam()).value().with_port(port));
  ASSERT_TRUE(wait_for(listener.get(), POLLIN));
  connection.server = OwnedFd(::accept(listener.get(), nullptr, nullptr));
  exchange(connection);
  const auto local = lab.address("2", "client", GetParam()).value();
  const auto remote = lab.address("2", "server", GetParam()).value().with_port(port);
  EXPECT_EQ(joiner.open(connection.client.get(), {.local = local, .id = AddressId{2}}, remote), 0);
  EXPECT_TRUE(eventually(lab, "2", [](const auto& state) { return state.upload.blocked > 0; }));
  change(lab, "2", "block=none");
  EXPECT_TRUE(has_subflows(connection.client.get(), 2));
}

TEST_P(LabOptions, a_blocked_syn_makes_the_client_try_without_mptcp) {
  const Lab lab = start_lab({"1ms,block=syn", "1ms"});
  const auto connection = connect(lab);
  EXPECT_EQ(status_of(connection.client), Status::fell_back);
  // A lab's hosts do not take that for the fate of every connection to come.
  exchange(connect_over(lab, "2", GetParam(), Transport::mptcp));
  const auto other = connect_over(lab, "2", GetParam(), Transport::mptcp);
  exchange(other);
  EXPECT_EQ(status_of(other.client), Status::mptcp);
}

INSTANTIATE_TEST_SUITE_P(Both, LabOptions, testing::Values(Family::v4, Family::v6),
                         [](const auto& made) { return made.param == Family::v4 ? "v4" : "v6"; });

}  // namespace

MPTCP_KERNEL_SUITE_MAIN()
