// SPDX-License-Identifier: MIT
#include "netlink/message.h"

#include <gtest/gtest.h>

#include <random>

#include "support/netlink_script.h"

namespace mptcp::netlink {
namespace {

using test::to_vector;

struct Header {
  std::uint32_t number;
  std::uint16_t odd;
};

// A message with a bit of everything.
Message example() {
  Message message(77, NLM_F_REQUEST);
  message.header(Header{0x12345678, 9});
  message.attribute(1, std::uint8_t{200});
  message.attribute(2, std::uint64_t{1} << 40);
  message.text_attribute(3, "words");
  const auto outer = message.begin_nest(4);
  message.attribute(1, std::uint32_t{5});
  const auto inner = message.begin_nest(2);
  message.attribute(1, std::uint16_t{6});
  message.end_nest(inner);
  message.end_nest(outer);
  message.attribute(5, nullptr, 0);
  return message;
}

TEST(Message, reads_back_what_it_wrote) {
  auto message = example();
  Bytes datagram = message.finish(42);
  auto view = next_message(datagram);
  ASSERT_TRUE(view);
  EXPECT_TRUE(datagram.empty());
  EXPECT_EQ(view->type, 77);
  EXPECT_EQ(view->flags, NLM_F_REQUEST);
  EXPECT_EQ(view->sequence, 42U);
  Bytes payload = view->payload;
  auto header = take_header<Header>(payload);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->number, 0x12345678U);
  EXPECT_EQ(header->odd, 9);
  const Attributes attributes(payload);
  EXPECT_EQ(attributes.get<std::uint8_t>(1), 200);
  EXPECT_EQ(attributes.get<std::uint64_t>(2), std::uint64_t{1} << 40);
  EXPECT_EQ(attributes.text(3), "words");
  ASSERT_TRUE(attributes.nest(4));
  EXPECT_EQ(attributes.nest(4)->get<std::uint32_t>(1), 5U);
  EXPECT_EQ(attributes.nest(4)->nest(2)->get<std::uint16_t>(1), 6);
  EXPECT_EQ(attributes.find(5)->size(), 0U);
  EXPECT_FALSE(attributes.find(6));
}

TEST(Message, is_made_of_whole_words) {
  Message message(1, 0);
  message.attribute(1, std::uint8_t{1});
  EXPECT_EQ(message.finish(0).size(), sizeof(nlmsghdr) + 8);
}

TEST(Message, may_be_finished_again_with_another_number) {
  auto message = example();
  const auto first = to_vector(message.finish(1));
  const auto second = to_vector(message.finish(2));
  EXPECT_EQ(first.size(), second.size());
  Bytes datagram = second;
  EXPECT_EQ(next_message(datagram)->sequence, 2U);
}

TEST(Messages, of_one_datagram_come_one_by_one) {
  auto both = to_vector(example().finish(1));
  const auto second = to_vector(example().finish(2));
  both.insert(both.end(), second.begin(), second.end());
  Bytes datagram = both;
  EXPECT_EQ(next_message(datagram)->sequence, 1U);
  EXPECT_EQ(next_message(datagram)->sequence, 2U);
  EXPECT_FALSE(next_message(datagram));
}

// In memory of its own, so that a read past the end is noticed.
std::optional<View> first_of(const std::vector<std::byte>& bytes) {
  Bytes datagram = bytes;
  return next_message(datagram);
}

TEST(Messages, that_are_cut_short_are_none) {
  const auto whole = to_vector(example().finish(1));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(first_of({whole.begin(), whole.begin() + static_cast<long>(length)})) << length;
  }
}

TEST(Messages, whose_length_cannot_be_are_none) {
  auto bytes = to_vector(example().finish(1));
  for (const std::uint32_t length : {0U, 1U, 15U, 0xffffffffU, 0x80000000U}) {
    std::memcpy(bytes.data(), &length, sizeof length);
    EXPECT_FALSE(first_of(bytes)) << length;
  }
}

TEST(Messages, may_lack_the_padding_of_the_last_one) {
  auto bytes = to_vector(Message(1, 0).finish(1));
  bytes.push_back(std::byte{7});
  const std::uint32_t length = 17;
  std::memcpy(bytes.data(), &length, sizeof length);
  auto view = first_of(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->payload.size(), 1U);
}

TEST(Attributes, with_an_impossible_length_end_the_list) {
  for (const auto length : std::vector<std::uint16_t>{0, 1, 3, 9, 0xffff}) {
    std::vector<std::byte> bytes(8);
    std::memcpy(bytes.data(), &length, sizeof length);
    int count = 0;
    Attributes(bytes).each([&](std::uint16_t, Bytes) { ++count; });
    EXPECT_EQ(count, 0) << length;
  }
}

TEST(Attributes, are_found_when_whole_and_not_when_too_short_for_the_value) {
  Message message(1, 0);
  message.attribute(1, std::uint16_t{7});
  const auto bytes = to_vector(message.finish(0));
  const Attributes attributes(Bytes(bytes).subspan(sizeof(nlmsghdr)));
  EXPECT_EQ(attributes.get<std::uint8_t>(1), 7);
  EXPECT_EQ(attributes.get<std::uint16_t>(1), 7);
  EXPECT_FALSE(attributes.get<std::uint32_t>(1));
}

TEST(Attributes, of_the_same_type_leave_the_last_one) {
  Message message(1, 0);
  message.attribute(1, std::uint32_t{1}).attribute(1, std::uint32_t{2});
  const auto bytes = to_vector(message.finish(0));
  EXPECT_EQ(Attributes(Bytes(bytes).subspan(sizeof(nlmsghdr))).get<std::uint32_t>(1), 2U);
}

TEST(Attributes, are_found_under_their_number_whatever_flags_it_carries) {
  Message message(1, 0);
  message.attribute(3 | NLA_F_NESTED, std::uint32_t{1});
  message.attribute(4 | NLA_F_NET_BYTEORDER, std::uint32_t{2});
  const auto bytes = to_vector(message.finish(0));
  const Attributes attributes(Bytes(bytes).subspan(sizeof(nlmsghdr)));
  EXPECT_TRUE(attributes.find(3));
  EXPECT_TRUE(attributes.find(4));
}

TEST(Attributes, hold_text_with_or_without_its_zero) {
  Message message(1, 0);
  message.attribute(1, "ab", 2).attribute(2, "ab\0cd", 5).attribute(3, nullptr, 0);
  const auto bytes = to_vector(message.finish(0));
  const Attributes attributes(Bytes(bytes).subspan(sizeof(nlmsghdr)));
  EXPECT_EQ(attributes.text(1), "ab");
  EXPECT_EQ(attributes.text(2), "ab");
  EXPECT_EQ(attributes.text(3), "");
}

TEST(Attributes, of_any_bytes_are_read_without_leaving_them) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::byte> bytes(random() % 64);
    // Small numbers are plausible lengths.
    for (auto& byte : bytes) byte = std::byte(random() % (round % 2 ? 256 : 12));
    std::size_t seen = 0;
    Attributes(bytes).each([&](std::uint16_t, Bytes value) {
      for (const auto byte : value) seen += std::to_integer<std::size_t>(byte);
    });
    if (auto view = first_of(bytes)) seen += view->payload.size();
    EXPECT_LE(seen, 64U * 256U);
  }
}

}  // namespace
}  // namespace mptcp::netlink
