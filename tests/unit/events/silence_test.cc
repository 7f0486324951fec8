// SPDX-License-Identifier: MIT
#include "events/silence.h"

#include "facts.h"

namespace mptcp::events {
namespace {

// Samples one subflow every tenth of a second; silence is half a second.
class SilenceOfASubflow : public testing::Test {
 protected:
  Verdict sample() {
    now_ += 100ms;
    return silence_.judge(subflow_, now_, 500ms);
  }
  // So many samples without news, then that verdict.
  void expect_after(int quiet, Verdict verdict) {
    for (int i = 0; i < quiet; ++i) {
      ASSERT_EQ(sample(), Verdict::nothing_new) << "sample " << i + 1;
    }
    ASSERT_EQ(sample(), verdict);
  }
  void expect_nothing_new(int samples) {
    for (int i = 0; i < samples; ++i) {
      ASSERT_EQ(sample(), Verdict::nothing_new) << "sample " << i + 1;
    }
  }

  Silence silence_;
  Subflow subflow_ = shown(1, first);
  TcpInfo& tcp_ = subflow_.tcp;
  Time now_ = start;
};

TEST_F(SilenceOfASubflow, an_idle_one_is_not_silent) {
  tcp_.last_ack_recv_ms = 3'600'000;
  expect_nothing_new(100);
}

TEST_F(SilenceOfASubflow, data_that_nobody_acknowledges_is_silence_after_the_patience) {
  sample();
  tcp_.unacked = 3;
  expect_after(5, Verdict::fell_silent);
  expect_nothing_new(100);
}

TEST_F(SilenceOfASubflow, one_that_was_idle_for_long_gets_its_patience_from_the_first_data_on) {
  tcp_.last_ack_recv_ms = 3'600'000;
  sample();
  tcp_.unacked = 1;
  expect_nothing_new(5);
}

TEST_F(SilenceOfASubflow, acknowledged_data_is_an_answer_though_more_is_outstanding) {
  tcp_.unacked = 10;
  for (int i = 0; i < 100; ++i) {
    tcp_.bytes_acked += 1000;
    ASSERT_EQ(sample(), Verdict::nothing_new);
  }
}

TEST_F(SilenceOfASubflow, selectively_acknowledged_data_is_an_answer) {
  tcp_.unacked = 10;
  for (int i = 0; i < 100; ++i) {
    ++tcp_.delivered;
    ASSERT_EQ(sample(), Verdict::nothing_new);
  }
}

TEST_F(SilenceOfASubflow, what_the_peer_sends_is_no_answer_to_our_data) {
  tcp_.unacked = 10;
  tcp_.last_ack_recv_ms = 1;
  expect_after(5, Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, it_resumes_when_something_is_acknowledged) {
  tcp_.unacked = 3;
  expect_after(5, Verdict::fell_silent);
  tcp_.bytes_acked += 1;
  EXPECT_EQ(sample(), Verdict::resumed);
  expect_after(4, Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, it_resumes_when_nothing_is_outstanding_any_more) {
  tcp_.unacked = 3;
  expect_after(5, Verdict::fell_silent);
  tcp_.unacked = 0;
  EXPECT_EQ(sample(), Verdict::resumed);
  expect_nothing_new(100);
}

TEST_F(SilenceOfASubflow, timeouts_that_have_passed_count_before_the_first_look) {
  tcp_.unacked = 3;
  tcp_.rto = 800'000;  // from 200 ms, doubled twice: 600 ms have passed
  tcp_.backoff = 2;
  EXPECT_EQ(sample(), Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, timeouts_shorter_than_the_patience_shorten_the_wait) {
  tcp_.unacked = 3;
  tcp_.rto = 400'000;  // 200 ms have passed
  tcp_.backoff = 1;
  expect_after(3, Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, an_absurd_backoff_is_no_shift_out_of_range) {
  tcp_.unacked = 1;
  tcp_.rto = 120'000'000;
  tcp_.backoff = 255;
  EXPECT_EQ(sample(), Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, a_closed_window_that_is_probed_and_answers_is_not_silence) {
  tcp_.probes = 1;
  tcp_.last_ack_recv_ms = 50;
  expect_nothing_new(100);
}

TEST_F(SilenceOfASubflow, a_probe_without_an_answer_is_silence) {
  tcp_.probes = 1;
  for (tcp_.last_ack_recv_ms = 1000; tcp_.last_ack_recv_ms < 1500; tcp_.last_ack_recv_ms += 100) {
    ASSERT_EQ(sample(), Verdict::nothing_new);
  }
  EXPECT_EQ(sample(), Verdict::fell_silent);
}

TEST_F(SilenceOfASubflow, a_join_without_an_answer_is_not_silence_but_not_yet_there) {
  subflow_.state = TcpState::syn_sent;
  tcp_.unacked = 1;
  expect_nothing_new(100);
}

TEST_F(SilenceOfASubflow, a_fin_without_an_answer_is_silence) {
  subflow_.state = TcpState::fin_wait1;
  tcp_.unacked = 1;
  expect_after(5, Verdict::fell_silent);
}

}  // namespace
}  // namespace mptcp::events
