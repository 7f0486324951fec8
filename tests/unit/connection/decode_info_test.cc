// SPDX-License-Identifier: MIT
#include "connection/decode_info.h"

#include <gtest/gtest.h>

#include <cstring>

namespace mptcp::connection {
namespace {

kernel::MptcpInfo filled() {
  kernel::MptcpInfo raw;
  std::memset(&raw, 1, sizeof raw);
  return raw;
}

TEST(DecodeInfo, takes_every_field_from_its_place) {
  kernel::MptcpInfo raw{};
  raw.subflows = 1;
  raw.flags = 2;
  raw.token = 3;
  raw.write_seq = 4;
  raw.csum_enabled = 5;
  raw.retransmits = 6;
  raw.bytes_acked = 7;
  raw.subflows_total = 8;
  raw.endp_fullmesh_max = 9;
  raw.last_ack_recv = 10;
  const auto info = decode_info(raw, sizeof raw);
  EXPECT_EQ(info.subflows, 1);
  EXPECT_EQ(info.flags, 2U);
  EXPECT_EQ(info.token, Token{3});
  EXPECT_EQ(info.write_seq, 4U);
  EXPECT_EQ(info.csum_enabled, 5);
  EXPECT_EQ(info.retransmits, 6U);
  EXPECT_EQ(info.bytes_acked, 7U);
  EXPECT_EQ(info.subflows_total, 8);
  EXPECT_EQ(info.endp_fullmesh_max, 9);
  EXPECT_EQ(info.last_ack_recv, 10U);
  EXPECT_EQ(info.bytes_sent, 0U);
}

TEST(DecodeInfo, leaves_absent_what_linux_6_1_does_not_return) {
  const auto info = decode_info(filled(), 48);
  EXPECT_TRUE(info.csum_enabled);
  EXPECT_TRUE(info.rcv_nxt);
  EXPECT_FALSE(info.retransmits) << "padding lies there";
  EXPECT_FALSE(info.bytes_retrans);
  EXPECT_FALSE(info.subflows_total);
  EXPECT_FALSE(info.last_data_sent);
}

TEST(DecodeInfo, leaves_absent_what_linux_6_8_does_not_return) {
  const auto info = decode_info(filled(), 88);
  EXPECT_TRUE(info.retransmits);
  EXPECT_TRUE(info.subflows_total);
  EXPECT_FALSE(info.last_data_sent) << "padding lies there";
  EXPECT_FALSE(info.last_data_recv);
}

TEST(DecodeInfo, leaves_absent_a_field_of_which_a_byte_is_missing) {
  const auto raw = filled();
  EXPECT_FALSE(decode_info(raw, 15).token);
  EXPECT_TRUE(decode_info(raw, 16).token);
  EXPECT_FALSE(decode_info(raw, 95).last_ack_recv);
  EXPECT_TRUE(decode_info(raw, 96).last_ack_recv);
}

TEST(DecodeInfo, of_nothing_is_nothing) {
  const auto info = decode_info(filled(), 0);
  EXPECT_FALSE(info.subflows);
  EXPECT_FALSE(info.token);
  EXPECT_FALSE(info.last_ack_recv);
}

}  // namespace
}  // namespace mptcp::connection
