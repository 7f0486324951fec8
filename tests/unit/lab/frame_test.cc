// SPDX-License-Identifier: MIT
//
// Frames made by hand: what a wire reads in them, and what it overwrites.
#include "lab/frame.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace mptcp;
using namespace mptcp::lab;
using kernel::OffloadHeader;

using Octets = std::vector<std::uint8_t>;

constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t ack = 0x10;

const Octets capable = {30, 12, 0x01, 0x01, 1, 2, 3, 4, 5, 6, 7, 8};
const Octets join = {30, 12, 0x10, 0x00, 1, 2, 3, 4, 5, 6, 7, 8};
const Octets dss = {30, 8, 0x20, 0x01, 9, 9, 9, 9};
const Octets add_addr = {30, 8, 0x30, 0x01, 10, 0, 2, 1};
const Octets timestamps = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
const Octets mss = {2, 4, 5, 180};

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::uint16_t fold(std::uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::uint32_t sum_of(const std::uint8_t* bytes, std::size_t length) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < length; ++i) sum += i % 2 ? bytes[i] : bytes[i] << 8U;
  return sum;
}

struct Made {
  Family family = Family::v4;
  std::uint8_t flags = ack;
  Octets options;
  Octets payload = {'h', 'e', 'l', 'l', 'o'};
  OffloadHeader offload{};
};

std::size_t tcp_at(const Made& made) { return 10 + 14 + (made.family == Family::v4 ? 20 : 40); }

// The sum over pseudo header and segment: 0xffff when the checksum is right.
std::uint16_t checksum_over(const Made& made, const Octets& bytes) {
  const auto at = tcp_at(made);
  const auto length = bytes.size() - at;
  const std::size_t addresses = made.family == Family::v4 ? 8 : 32;
  return fold(sum_of(&bytes[at - addresses], addresses) + 6 + static_cast<std::uint32_t>(length) +
              sum_of(&bytes[at], length));
}

Octets build(const Made& made) {
  Octets bytes(tcp_at(made) + 20);
  std::memcpy(bytes.data(), &made.offload, sizeof made.offload);
  bytes[10] = 2;  // to one host
  const auto tcp_length = 20 + made.options.size() + made.payload.size();
  std::uint8_t* ip = &bytes[24];
  if (made.family == Family::v4) {
    bytes[22] = 0x08;
    ip[0] = 0x45;
    ip[2] = static_cast<std::uint8_t>((20 + tcp_length) >> 8);
    ip[3] = static_cast<std::uint8_t>(20 + tcp_length);
    ip[9] = 6;
    ip[12] = ip[16] = 10;
    ip[15] = 1;
    ip[19] = 2;
  } else {
    bytes[22] = 0x86;
    bytes[23] = 0xdd;
    ip[0] = 0x60;
    ip[6] = 6;
    ip[8] = ip[24] = 0xfd;
    ip[23] = 1;
    ip[39] = 2;
  }
  std::uint8_t* tcp = &bytes[tcp_at(made)];
  tcp[0] = 0x12;
  tcp[3] = 80;
  tcp[12] = static_cast<std::uint8_t>((20 + made.options.size()) / 4 << 4);
  tcp[13] = made.flags;
  bytes.insert(bytes.end(), made.options.begin(), made.options.end());
  bytes.insert(bytes.end(), made.payload.begin(), made.payload.end());
  const auto checksum = static_cast<std::uint16_t>(~checksum_over(made, bytes));
  bytes[tcp_at(made) + 16] = static_cast<std::uint8_t>(checksum >> 8);
  bytes[tcp_at(made) + 17] = static_cast<std::uint8_t>(checksum);
  return bytes;
}

Frame frame_of(const Octets& octets) {
  return make_frame({reinterpret_cast<const std::byte*>(octets.data()), octets.size()});
}

Octets octets_of(const Frame& frame) {
  Octets octets(frame.bytes.size());
  std::memcpy(octets.data(), frame.bytes.data(), octets.size());
  return octets;
}

Octets options_after_stripping(const Made& made, OptionKinds kinds) {
  auto frame = frame_of(build(made));
  strip_options(frame, kinds);
  const auto octets = octets_of(frame);
  const auto at = static_cast<std::ptrdiff_t>(tcp_at(made) + 20);
  return {octets.begin() + at,
          octets.begin() + at + static_cast<std::ptrdiff_t>(made.options.size())};
}

const Octets twelve_nops(12, 1);
const Octets eight_nops(8, 1);

class LabFrame : public testing::TestWithParam<Family> {};

TEST_P(LabFrame, a_stripped_option_is_nops_and_the_checksum_is_right) {
  for (const auto& options : {joined({mss, capable}), joined({{1}, capable, {1, 1, 1}}),
                              joined({timestamps, dss}), joined({{1, 1, 1}, dss, {0}})}) {
    for (const auto& payload : {Octets{}, Octets{7}, Octets(100, 0xff)}) {
      for (auto flags : {syn, ack}) {
        const Made made{GetParam(), flags, options, payload, {}};
        const auto before = build(made);
        ASSERT_EQ(checksum_over(made, before), 0xffff);
        auto frame = frame_of(before);
        const bool stripped = strip_options(frame, option_all);
        const auto after = octets_of(frame);
        EXPECT_EQ(checksum_over(made, after), 0xffff);
        EXPECT_EQ(after.size(), before.size());
        EXPECT_EQ(stripped, before != after);
        EXPECT_FALSE(carries_options(frame, option_all));
      }
    }
  }
}

TEST_P(LabFrame, each_kind_names_its_packets_and_no_others) {
  struct Case {
    std::uint8_t flags;
    Octets option;
    OptionKinds kinds;
  };
  const Case cases[] = {
      {syn, capable, option_syn},
      {syn | ack, capable, option_synack},
      {syn, join, option_join},
      {syn | ack, join, option_join},
      {ack, capable, option_data},  // the third packet of a handshake
      {ack, join, option_data},
      {ack, dss, option_data},
      {ack, add_addr, option_data | option_add_addr},
      {syn, dss, 0},
  };
  for (const auto& [flags, option, kinds] : cases) {
    const auto frame = frame_of(build({GetParam(), flags, option, {}, {}}));
    for (OptionKinds kind = 1; kind < option_all; kind = static_cast<OptionKinds>(kind * 2)) {
      EXPECT_EQ(carries_options(frame, kind), (kinds & kind) != 0)
          << int{flags} << " subtype " << option[2] / 16 << " kind " << int{kind};
    }
  }
}

TEST_P(LabFrame, only_the_kind_asked_for_is_stripped) {
  const Made made{GetParam(), ack, joined({dss, add_addr}), {}, {}};
  EXPECT_EQ(options_after_stripping(made, option_add_addr), joined({dss, eight_nops}));
  EXPECT_EQ(options_after_stripping(made, option_data), joined({eight_nops, eight_nops}));
  EXPECT_EQ(options_after_stripping(made, option_syn), made.options);
}

TEST_P(LabFrame, other_options_stay) {
  const Made made{GetParam(), syn, joined({mss, capable, timestamps}), {}, {}};
  EXPECT_EQ(options_after_stripping(made, option_all), joined({mss, twelve_nops, timestamps}));
}

TEST_P(LabFrame, a_checksum_left_to_the_card_is_left_to_it) {
  Made made{GetParam(), ack, dss, {1, 2, 3}, {}};
  made.offload.flags = OffloadHeader::needs_checksum;
  const auto before = build(made);
  auto frame = frame_of(before);
  ASSERT_TRUE(strip_options(frame, option_all));
  const auto after = octets_of(frame);
  const auto at = tcp_at(made) + 16;
  EXPECT_EQ(before[at], after[at]);
  EXPECT_EQ(before[at + 1], after[at + 1]);
}

TEST_P(LabFrame, ip_bytes_are_without_the_ethernet_header) {
  const Made made{GetParam(), ack, {}, Octets(100), {}};
  const auto frame = frame_of(build(made));
  EXPECT_EQ(frame.ip_bytes, (GetParam() == Family::v4 ? 20U : 40U) + 20 + 100);
  EXPECT_EQ(frame.packets, 1U);
  EXPECT_TRUE(frame.is_counted);
}

TEST_P(LabFrame, a_burst_counts_as_the_packets_that_it_will_be) {
  Made made{GetParam(), ack, {}, Octets(2501), {}};
  const std::uint32_t headers = (GetParam() == Family::v4 ? 20 : 40) + 20;
  made.offload.segmentation = 1;
  made.offload.header_length = static_cast<std::uint16_t>(14 + headers);
  made.offload.segment_size = 1000;
  const auto frame = frame_of(build(made));
  EXPECT_EQ(frame.packets, 3U);
  EXPECT_EQ(frame.ip_bytes, 2501 + 3 * headers);
}

// Whatever the bytes are, nothing is read or written past their end (the sanitizers look on).
TEST_P(LabFrame, a_frame_cut_anywhere_is_harmless) {
  const auto whole = build({GetParam(), syn, joined({mss, capable, timestamps}), {1, 2, 3}, {}});
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    auto frame = frame_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
    strip_options(frame, option_all);
    EXPECT_EQ(frame.bytes.size(), length);
  }
}

TEST_P(LabFrame, a_nonsensical_length_of_an_option_ends_the_search) {
  for (std::uint8_t length : std::initializer_list<std::uint8_t>{0, 1, 2, 200}) {
    const Made made{GetParam(), ack, joined({{30, length, 0x20, 0}, dss}), {}, {}};
    auto frame = frame_of(build(made));
    EXPECT_EQ(strip_options(frame, option_all), false) << int{length};
  }
}

INSTANTIATE_TEST_SUITE_P(Both, LabFrame, testing::Values(Family::v4, Family::v6),
                         [](const auto& made) { return made.param == Family::v4 ? "v4" : "v6"; });

TEST(LabFrameKinds, talk_to_many_and_other_protocols_are_not_counted) {
  auto many = build({});
  many[10] = 0x33;
  EXPECT_FALSE(frame_of(many).is_counted);
  auto arp = build({});
  arp[22] = 0x08;
  arp[23] = 0x06;
  EXPECT_FALSE(frame_of(arp).is_counted);
}

TEST(LabFrameKinds, later_fragments_and_other_transports_have_no_options) {
  auto fragment = build({.options = dss});
  fragment[24 + 7] = 1;
  EXPECT_FALSE(carries_options(frame_of(fragment), option_all));
  auto udp = build({.options = dss});
  udp[24 + 9] = 17;
  EXPECT_FALSE(carries_options(frame_of(udp), option_all));
}

}  // namespace
