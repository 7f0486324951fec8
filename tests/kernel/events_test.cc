// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/paths.h>

#include "support/event_log.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

class Events : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
};

Token token_of(const OwnedFd& fd) { return info(fd.get()).value().token.value(); }

TEST_F(Events, tell_the_whole_life_of_a_connection_to_both_ends) {
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  Pair pair = make_pair();
  const Token client = token_of(pair.client);
  const Token server = token_of(pair.server);
  ASSERT_TRUE(control_->open(pair.client.get(), {.local = at("127.0.0.2")}, soon()));
  pair.client = OwnedFd();
  pair.server = OwnedFd();
  pair.listener = OwnedFd();
  log.await(EventKind::listener_closed);
  EXPECT_EQ(log.story(client), "created established subflow_established closed");
  EXPECT_EQ(log.story(server), "created established subflow_established closed");
  std::puts(log.story().c_str());
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
