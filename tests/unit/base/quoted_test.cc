// SPDX-License-Identifier: MIT
#include "base/quoted.h"

#include <gtest/gtest.h>

#include <mptcp/base.h>

namespace mptcp {
namespace {

TEST(Quoted, is_the_text_itself_between_quotes) {
  EXPECT_EQ(quoted("10.0.0.1:http"), "\"10.0.0.1:http\"");
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("größer"), "\"größer\"");
}

TEST(Quoted, is_one_line_that_says_nothing_to_a_terminal) {
  EXPECT_EQ(quoted("a\nb\x1b[2Jc\x7f"), "\"a?b?[2Jc?\"");
  EXPECT_EQ(parse_address("10.0.0.1\r\n").error().message.substr(0, 13), "\"10.0.0.1?\?\" ");
}

}  // namespace
}  // namespace mptcp
