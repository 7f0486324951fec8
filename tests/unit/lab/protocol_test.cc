// SPDX-License-Identifier: MIT
#include "lab/protocol.h"

#include <gtest/gtest.h>

namespace {

using namespace mptcp;
using namespace mptcp::lab;

TEST(LabProtocol, a_greeting_arrives_as_it_was_sent) {
  const Greeting sent{
      "two-access",
      "/run/user/1/mptcp-lab/two-access.lab",
      {"client", "server"},
      {parse_path("name=a,50mbit,10ms").value(), parse_path("name=b,direct").value()}};
  const auto read = decode_greeting(encode(sent)).value();
  EXPECT_EQ(read.name, sent.name);
  EXPECT_EQ(read.socket_path, sent.socket_path);
  EXPECT_EQ(read.hosts, sent.hosts);
  EXPECT_EQ(read.paths, sent.paths);
}

TEST(LabProtocol, states_arrive_as_they_were_sent) {
  PathState state{parse_path("name=a,50mbit,loss=1%,down").value(), {}, {}};
  state.upload = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  state.download.packets = ~std::uint64_t{0};
  const auto read = decode_states(encode(std::vector{state, state})).value();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].path, state.path);
  EXPECT_EQ(read[1].upload.queue_full, 3U);
  EXPECT_EQ(read[1].upload.stripped, 9U);
  EXPECT_EQ(read[1].download.packets, ~std::uint64_t{0});
}

TEST(LabProtocol, an_answer_is_the_body_or_the_error_that_was_sent) {
  EXPECT_EQ(decode_answer(encode_ok("a\nb")).value(), "a\nb");
  EXPECT_EQ(decode_answer(encode_ok("")).value(), "");
  const auto error = decode_answer(encode(Error{ErrorKind::not_found, 2, "no such path"})).error();
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_EQ(error.os_code, 2);
  EXPECT_EQ(error.message, "no such path");
}

TEST(LabProtocol, nonsense_is_malformed) {
  for (const char* text :
       {"", "nonsense", "error", "error 99 0\nx", "error 1 x\ny", "error -1 0\n"}) {
    EXPECT_EQ(decode_answer(text).error().kind, ErrorKind::malformed) << text;
  }
  EXPECT_EQ(decode_states("50mbit\n1 2 3\n1 2 3\n").error().kind, ErrorKind::malformed);
  EXPECT_EQ(decode_greeting("a\nb\nc\nnot a path\n").error().kind, ErrorKind::malformed);
}

}  // namespace
