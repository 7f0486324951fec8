// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

class OpenSubflow : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());

  Result<Subflow> open(const OwnedFd& fd, const OpenRequest& request) {
    return control_->open(fd.get(), request, soon());
  }
};

#define ASSERT_OK(result) ASSERT_TRUE(result) << (result).error().message

TEST_F(OpenSubflow, comes_up_from_the_address_that_was_named_with_its_id) {
  Pair pair = make_pair();
  auto subflow = open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_OK(subflow);
  EXPECT_EQ(subflow->id, SubflowId{2});
  EXPECT_EQ(subflow->state, TcpState::established);
  EXPECT_TRUE(subflow->local.same_host(at("127.0.0.2")));
  EXPECT_EQ(subflow->remote, at("127.0.0.1").with_port(pair.port()));
  exchange_bytes(pair);
}

TEST_F(OpenSubflow, closes_and_opens_again) {
  Pair pair = make_pair();
  for (int i = 0; i < 5; ++i) {
    auto subflow = open(pair.client, {.local = at("127.0.0.2")});
    ASSERT_OK(subflow);
    auto backup = control_->prefer(pair.client.get(), subflow->id, Priority::backup, soon());
    ASSERT_OK(backup);
    EXPECT_EQ(backup->detail->backup, true);
    auto closed = control_->close(pair.client.get(), subflow->id, soon());
    ASSERT_OK(closed);
    EXPECT_EQ(subflows(pair.client.get())->size(), 1u);
  }
  auto announced = control_->announce(pair.server.get(), {.address = at("127.0.0.9:7777")}, soon());
  ASSERT_OK(announced);
  auto joined = open(pair.client, {.remote = announced->address});
  ASSERT_OK(joined);
  auto withdrawn = control_->withdraw(pair.server.get(), announced->id, soon());
  ASSERT_OK(withdrawn);
  EXPECT_EQ(subflows(pair.server.get())->size(), 1u);
  exchange_bytes(pair);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
