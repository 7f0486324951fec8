// SPDX-License-Identifier: MIT
#include <poll.h>

#include <vector>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

class CEventsTest : public PathsTest {
 protected:
  void SetUp() override {
    PathsTest::SetUp();
    ASSERT_DONE(mptcp_event_stream_open(LIBMPTCP_SCOPE_NAMESPACE, &stream_, &error));
  }
  void TearDown() override {
    mptcp_event_stream_close(stream_);
    PathsTest::TearDown();
  }

  mptcp_event_t wait_for(int kind, std::uint32_t token) {
    for (;;) {
      mptcp_event_t event{};
      mptcp_error_t error{};
      const int got =
          mptcp_event_stream_wait(stream_, patience_ms, &event, sizeof event, 1, &error);
      EXPECT_EQ(got, 1) << error.message;
      if (got != 1 || (static_cast<int>(event.kind) == kind && event.token == token)) return event;
    }
  }

  mptcp_event_stream_t* stream_ = nullptr;
};

TEST_F(CEventsTest, tell_what_happens_in_the_namespace) {
  const auto connection = Connection::make();
  const std::uint32_t token = token_of(connection.client);
  const auto created = wait_for(LIBMPTCP_EVENT_CREATED, token);
  EXPECT_EQ(created.size, sizeof created);
  EXPECT_EQ(created.origin, static_cast<std::uint32_t>(LIBMPTCP_ORIGIN_KERNEL));
  EXPECT_NE(created.present & LIBMPTCP_EVENT_HAS_REMOTE, 0u);
  EXPECT_EQ(created.remote.bytes[0], 127);
  EXPECT_NE(created.time_ns, 0u);
  wait_for(LIBMPTCP_EVENT_ESTABLISHED, token);

  auto request = sized<mptcp_open_request_t>();
  request.present = LIBMPTCP_OPEN_HAS_LOCAL;
  request.local = address("127.0.0.2");
  ASSERT_DONE(
      mptcp_subflow_open(control_, connection.client, &request, patience_ms, nullptr, &error));
  const auto joined = wait_for(LIBMPTCP_EVENT_SUBFLOW_ESTABLISHED, token);
  EXPECT_NE(joined.present & LIBMPTCP_EVENT_HAS_LOCAL, 0u);
  EXPECT_EQ(joined.local.bytes[3], 2);
}

TEST_F(CEventsTest, of_an_added_connection_carry_its_descriptor_and_subflow_ids) {
  const auto connection = Connection::make();
  ASSERT_DONE(mptcp_event_stream_add(stream_, connection.client, nullptr, &error));
  const auto created = wait_for(LIBMPTCP_EVENT_CREATED, token_of(connection.client));
  if (created.present & LIBMPTCP_EVENT_HAS_FD) {
    EXPECT_EQ(created.fd, connection.client);
  }
  EXPECT_FAILS(mptcp_event_stream_add(stream_, connection.client, nullptr, &error), EEXIST,
               LIBMPTCP_ERROR_ALREADY_EXISTS);
  ASSERT_DONE(mptcp_event_stream_remove(stream_, connection.client, &error));
  EXPECT_FAILS(mptcp_event_stream_remove(stream_, connection.client, &error), ENOENT,
               LIBMPTCP_ERROR_NOT_FOUND);
}

TEST_F(CEventsTest, wait_in_the_stream_when_the_array_is_short) {
  const auto connection = Connection::make();
  const std::uint32_t token = token_of(connection.client);
  pollfd poll{mptcp_event_stream_descriptor(stream_, nullptr), POLLIN, 0};
  ASSERT_EQ(::poll(&poll, 1, patience_ms), 1);
  std::vector<mptcp_event_t> events;
  mptcp_event_t one{};
  bool established = false;
  while (!established) {  // one at a time, each once, in order
    const int got = mptcp_event_stream_read(stream_, &one, sizeof one, 1, nullptr);
    ASSERT_GE(got, 0);
    if (got == 0) {
      ASSERT_EQ(::poll(&poll, 1, patience_ms), 1);
      continue;
    }
    if (!events.empty()) {
      EXPECT_GE(one.time_ns, events.back().time_ns);
    }
    events.push_back(one);
    established = one.kind == LIBMPTCP_EVENT_ESTABLISHED && one.token == token;
  }
  int created = 0;
  for (const auto& event : events) {
    created += event.kind == LIBMPTCP_EVENT_CREATED && event.token == token;
  }
  EXPECT_EQ(created, 1);
}

TEST_F(CEventsTest, time_out_when_nothing_happens) {
  Output<mptcp_event_t> event;
  EXPECT_FAILS(mptcp_event_stream_wait(stream_, 0, &event, sizeof *event, 1, &error), ETIMEDOUT,
               LIBMPTCP_ERROR_TIMED_OUT);
  EXPECT_EQ(mptcp_event_stream_read(stream_, &event, sizeof *event, 1, nullptr), 0);
  EXPECT_TRUE(event.untouched());
}

TEST_F(CEventsTest, need_good_arguments) {
  Output<mptcp_event_t> event;
  Output<mptcp_event_stream_t*> stream;
  constexpr std::size_t size = sizeof(mptcp_event_t);
  EXPECT_INVALID(mptcp_event_stream_open(2, &stream, &error));
  EXPECT_INVALID(mptcp_event_stream_open(-1, &stream, &error));
  EXPECT_INVALID(mptcp_event_stream_open(0, nullptr, &error));
  EXPECT_TRUE(stream.untouched());
  EXPECT_INVALID(mptcp_event_stream_add(nullptr, 0, nullptr, &error));
  EXPECT_INVALID(mptcp_event_stream_add(stream_, -1, nullptr, &error));
  auto sampling = sized<mptcp_sampling_t>();
  sampling.size = 0;
  EXPECT_INVALID(mptcp_event_stream_add(stream_, 0, &sampling, &error));
  EXPECT_INVALID(mptcp_event_stream_remove(nullptr, 0, &error));
  EXPECT_INVALID(mptcp_event_stream_descriptor(nullptr, &error));
  EXPECT_INVALID(mptcp_event_stream_read(nullptr, &event, size, 1, &error));
  EXPECT_INVALID(mptcp_event_stream_read(stream_, nullptr, size, 1, &error));
  EXPECT_INVALID(mptcp_event_stream_read(stream_, &event, size, 0, &error));
  EXPECT_INVALID(mptcp_event_stream_read(stream_, &event, 0, 1, &error));
  EXPECT_INVALID(mptcp_event_stream_wait(nullptr, 0, &event, size, 1, &error));
  EXPECT_INVALID(mptcp_event_stream_wait(stream_, -1, &event, size, 1, &error));
  EXPECT_INVALID(mptcp_event_stream_wait(stream_, 0, nullptr, size, 1, &error));
  EXPECT_TRUE(event.untouched());
  mptcp_event_stream_close(nullptr);
}

TEST(CSampling, finds_fallback_without_any_privilege) {
  const auto connection = Connection::make();
  const Unprivileged unprivileged;
  mptcp_event_stream_t* stream = nullptr;
  EXPECT_FAILS(mptcp_event_stream_open(LIBMPTCP_SCOPE_NAMESPACE, &stream, &error), EPERM,
               LIBMPTCP_ERROR_NOT_PERMITTED);
  ASSERT_DONE(mptcp_event_stream_open(LIBMPTCP_SCOPE_ADDED, &stream, &error));
  EXPECT_FAILS(mptcp_event_stream_add(stream, connection.client, nullptr, &error), EPERM,
               LIBMPTCP_ERROR_NOT_PERMITTED);
  auto sampling = sized<mptcp_sampling_t>();
  sampling.interval_ms = 10;
  ASSERT_DONE(mptcp_event_stream_add(stream, connection.client, &sampling, &error));
  mptcp_event_t event{};
  mptcp_error_t error{};
  ASSERT_EQ(mptcp_event_stream_wait(stream, patience_ms, &event, sizeof event, 1, &error), 1)
      << error.message;
  EXPECT_EQ(event.kind, static_cast<std::uint32_t>(LIBMPTCP_EVENT_CREATED));
  EXPECT_EQ(event.token, token_of(connection.client));
  mptcp_event_stream_close(stream);
}

}  // namespace
}  // namespace mptcp::test
