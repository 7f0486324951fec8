// SPDX-License-Identifier: MIT
//
// One direction of a path, its clock in our hands.
#include "lab/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "lab/draws.h"

namespace {

using namespace mptcp;
using namespace mptcp::lab;
using namespace std::chrono_literals;

constexpr Time start{1h};

// A packet that can be told from others.
Frame packet(std::uint32_t number, std::uint32_t ip_bytes = 1250) {
  Frame frame;
  frame.bytes.resize(ip_bytes + 24);
  std::memcpy(frame.bytes.data(), &number, sizeof number);
  frame.ip_bytes = ip_bytes;
  frame.is_counted = true;
  return frame;
}

std::uint32_t number_of(const Frame& frame) {
  std::uint32_t number;
  std::memcpy(&number, frame.bytes.data(), sizeof number);
  return number;
}

struct Arrived {
  std::uint32_t number;
  std::chrono::nanoseconds when;
  friend bool operator==(const Arrived&, const Arrived&) = default;
};

// Lets time pass until nothing is under way.
std::vector<Arrived> drain(Wire& wire) {
  std::vector<Arrived> all;
  std::vector<Frame> frames;
  while (auto next = wire.next_release()) {
    frames.clear();
    wire.release(*next, frames);
    for (const auto& frame : frames) all.push_back({number_of(frame), *next - start});
  }
  return all;
}

Wire make_wire(const Shape& shape, std::uint64_t seed = 1) {
  Wire wire(seed);
  wire.set_shape(shape, start);
  return wire;
}

// Sends `count` packets, one each `gap`.
void send(Wire& wire, std::uint32_t count, std::chrono::nanoseconds gap) {
  for (std::uint32_t i = 0; i < count; ++i) wire.accept(packet(i), start + i * gap);
}

std::vector<std::uint32_t> numbers(const std::vector<Arrived>& arrived) {
  std::vector<std::uint32_t> result;
  for (const auto& one : arrived) result.push_back(one.number);
  return result;
}

TEST(LabWire, a_packet_takes_its_time_on_the_line_and_then_the_delay) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 10ms});
  send(wire, 1, 0ns);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 11ms}}));  // 1250 bytes at 10 Mbit/s: 1 ms
}

TEST(LabWire, packets_that_come_together_leave_at_the_rate) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 5ms});
  send(wire, 3, 0ns);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 6ms}, {1, 7ms}, {2, 8ms}}));
}

TEST(LabWire, an_unlimited_line_takes_no_time) {
  auto wire = make_wire({.delay = 5ms});
  send(wire, 3, 0ns);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 5ms}, {1, 5ms}, {2, 5ms}}));
}

TEST(LabWire, a_late_look_releases_everything_that_was_due) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 5ms});
  send(wire, 3, 0ns);
  std::vector<Frame> frames;
  wire.release(start + 1s, frames);
  EXPECT_EQ(frames.size(), 3U);
  EXPECT_FALSE(wire.next_release());
}

TEST(LabWire, next_release_is_never_late) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 5ms, .jitter = 2ms, .reorder = 0.2});
  send(wire, 50, 300us);
  std::vector<Frame> frames;
  while (auto next = wire.next_release()) {
    wire.release(*next - 1ns, frames);
    EXPECT_TRUE(frames.empty());
    wire.release(*next, frames);
    frames.clear();
  }
}

TEST(LabWire, over_a_second_the_rate_is_exact) {
  auto wire = make_wire({.rate = 50'000'000, .queue = QueuePackets{100'000}});
  send(wire, 5000, 0ns);  // 5000 * 10,000 bits
  EXPECT_EQ(drain(wire).back().when, 1s);
}

TEST(LabWire, a_queue_of_a_time_holds_that_much_of_the_line) {
  auto wire = make_wire({.rate = 10'000'000, .queue = 5ms});
  send(wire, 10, 0ns);
  EXPECT_EQ(drain(wire).size(), 5U);
  EXPECT_EQ(wire.counters.queue_full, 5U);
  EXPECT_EQ(wire.counters.packets, 5U);
}

TEST(LabWire, a_queue_of_packets_or_bytes_holds_that_many) {
  auto by_packets = make_wire({.rate = 10'000'000, .queue = QueuePackets{3}});
  send(by_packets, 10, 0ns);
  EXPECT_EQ(drain(by_packets).size(), 3U);
  auto by_bytes = make_wire({.rate = 10'000'000, .queue = QueueBytes{5000}});
  send(by_bytes, 10, 0ns);
  EXPECT_EQ(drain(by_bytes).size(), 4U);
}

TEST(LabWire, a_queue_left_out_is_one_round_trip_and_at_least_20_ms) {
  auto near = make_wire({.rate = 10'000'000, .delay = 1ms});
  send(near, 100, 0ns);
  EXPECT_EQ(drain(near).size(), 20U);
  auto far = make_wire({.rate = 10'000'000, .delay = 40ms});
  send(far, 100, 0ns);
  EXPECT_EQ(drain(far).size(), 80U);
}

TEST(LabWire, an_empty_queue_takes_one_packet_whatever_its_limit) {
  auto wire = make_wire({.rate = 1'000'000, .queue = 1ms});  // a packet takes 10 ms
  send(wire, 3, 0ns);
  EXPECT_EQ(numbers(drain(wire)), (std::vector<std::uint32_t>{0}));
}

TEST(LabWire, the_queue_empties_while_time_passes) {
  auto wire = make_wire({.rate = 10'000'000, .queue = QueuePackets{1}});
  send(wire, 10, 1ms);
  EXPECT_EQ(drain(wire).size(), 10U);
}

TEST(LabWire, loss_is_the_share_asked_for) {
  auto wire = make_wire({.loss = 0.05});
  std::size_t arrived = 0;
  for (int i = 0; i < 10; ++i) {  // a wire holds so much and no more
    send(wire, 10'000, 1us);
    arrived += drain(wire).size();
  }
  EXPECT_EQ(arrived + wire.counters.lost, 100'000U);
  EXPECT_NEAR(static_cast<double>(wire.counters.lost), 5000, 4 * std::sqrt(5000 * 0.95));
}

TEST(LabWire, a_lost_packet_has_used_the_line) {
  auto wire = make_wire({.rate = 10'000'000, .loss = 1});
  send(wire, 3, 0ns);
  wire.set_shape({.rate = 10'000'000}, start + 3ms);
  wire.accept(packet(9), start + 3ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{9, 4ms}}));
}

TEST(LabWire, the_same_seed_loses_the_same_packets_whatever_their_timing) {
  const Shape shape{.loss = 0.1, .reorder = 0.1, .duplicate = 0.1};
  auto first = make_wire(shape, 7);
  send(first, 1000, 0ns);
  const auto once = numbers(drain(first));
  auto second = make_wire({.rate = 100'000'000,
                           .delay = 3ms,
                           .loss = 0.1,
                           .reorder = 0.1,
                           .duplicate = 0.1,
                           .queue = QueuePackets{2000}},
                          7);
  send(second, 1000, 17us);
  auto again = numbers(drain(second));
  EXPECT_EQ(std::set(once.begin(), once.end()), std::set(again.begin(), again.end()));
  auto third = make_wire(shape, 8);
  send(third, 1000, 0ns);
  EXPECT_NE(once, numbers(drain(third)));
}

TEST(LabWire, one_share_does_not_move_the_fate_that_another_decides) {
  auto alone = make_wire({.loss = 0.1}, 7);
  send(alone, 1000, 0ns);
  auto both = make_wire({.jitter = 1ms, .loss = 0.1, .reorder = 0.5}, 7);
  send(both, 1000, 0ns);
  auto first = numbers(drain(alone));
  auto second = numbers(drain(both));
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
}

TEST(LabWire, jitter_stays_within_its_bounds_and_keeps_the_order) {
  auto wire = make_wire({.delay = 10ms, .jitter = 4ms});
  send(wire, 2000, 10ms);
  const auto arrived = drain(wire);
  ASSERT_EQ(arrived.size(), 2000U);
  std::vector<std::chrono::nanoseconds> delays;
  for (const auto& one : arrived) delays.push_back(one.when - one.number * 10ms);
  std::sort(delays.begin(), delays.end());
  EXPECT_GE(delays.front(), 6ms);
  EXPECT_LE(delays.back(), 14ms);
  EXPECT_NEAR(static_cast<double>(delays[1000].count()), 10e6, 0.4e6);
  auto dense = make_wire({.delay = 10ms, .jitter = 4ms});
  send(dense, 2000, 10us);
  const auto order = numbers(drain(dense));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(LabWire, jitter_never_makes_a_packet_arrive_before_it_left) {
  auto wire = make_wire({.delay = 1ms, .jitter = 4ms});
  send(wire, 1000, 10ms);
  for (const auto& one : drain(wire)) EXPECT_GE(one.when, one.number * 10ms);
}

TEST(LabWire, a_reordered_packet_is_overtaken_and_still_arrives) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 20ms, .reorder = 0.1, .queue = 10s});
  send(wire, 1000, 1ms);
  const auto arrived = drain(wire);
  EXPECT_EQ(arrived.size(), 1000U);
  std::uint32_t overtaken = 0;
  std::uint32_t highest = 0;
  for (const auto& one : arrived) {
    overtaken += one.number < highest;
    highest = std::max(highest, one.number);
  }
  EXPECT_EQ(overtaken, wire.counters.reordered);
  EXPECT_NEAR(overtaken, 100, 40);
}

TEST(LabWire, a_duplicated_packet_arrives_twice) {
  auto wire = make_wire({.duplicate = 1});
  send(wire, 2, 1ms);
  EXPECT_EQ(numbers(drain(wire)), (std::vector<std::uint32_t>{0, 0, 1, 1}));
  EXPECT_EQ(wire.counters.duplicated, 2U);
}

TEST(LabWire, a_silent_wire_delivers_what_was_under_way_and_nothing_else) {
  auto wire = make_wire({.delay = 10ms});
  wire.accept(packet(1), start);
  wire.set_shape({.delay = 10ms, .silent = true}, start + 1ms);
  wire.accept(packet(2), start + 2ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{1, 10ms}}));
  EXPECT_EQ(wire.counters.blocked, 1U);
  wire.set_shape({.delay = 10ms}, start + 20ms);
  wire.accept(packet(3), start + 20ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{3, 30ms}}));
}

TEST(LabWire, a_cleared_wire_is_empty_and_works_on) {
  auto wire = make_wire({.rate = 10'000'000, .delay = 10ms});
  send(wire, 5, 0ns);
  wire.clear();
  EXPECT_FALSE(wire.next_release());
  EXPECT_EQ(wire.counters.blocked, 5U);
  wire.accept(packet(7), start + 20ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{7, 31ms}}));
}

TEST(LabWire, a_new_rate_holds_for_the_rest_of_the_packet_on_the_line) {
  auto wire = make_wire({.rate = 10'000'000, .queue = 1s});
  send(wire, 2, 0ns);
  // Half of the first packet has gone: the other half takes ten times as long.
  wire.set_shape({.rate = 1'000'000, .queue = 1s}, start + 500us);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 5500us}, {1, 15500us}}));
}

TEST(LabWire, an_unlimited_rate_empties_the_queue_at_once) {
  auto wire = make_wire({.rate = 1'000'000, .queue = 1s});
  send(wire, 3, 0ns);
  wire.set_shape({}, start + 1ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 1ms}, {1, 1ms}, {2, 1ms}}));
}

TEST(LabWire, a_limited_rate_after_an_unlimited_one_paces_what_comes) {
  auto wire = make_wire({});
  wire.accept(packet(0), start);
  wire.set_shape({.rate = 10'000'000}, start + 1ms);
  wire.accept(packet(1), start + 1ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 0ms}, {1, 2ms}}));
}

TEST(LabWire, a_shorter_delay_does_not_let_packets_overtake) {
  auto wire = make_wire({.delay = 80ms});
  wire.accept(packet(0), start);
  wire.set_shape({.delay = 10ms}, start + 1ms);
  wire.accept(packet(1), start + 1ms);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 80ms}, {1, 80ms}}));
}

TEST(LabWire, a_burst_counts_as_its_packets) {
  auto wire = make_wire({.rate = 10'000'000, .queue = QueuePackets{5}});
  auto burst = packet(0, 5000);
  burst.packets = 4;
  wire.accept(burst, start);
  wire.accept(burst, start);
  drain(wire);
  EXPECT_EQ(wire.counters.packets, 4U);
  EXPECT_EQ(wire.counters.queue_full, 4U);
}

TEST(LabWire, the_links_own_talk_meets_neither_rate_nor_chance) {
  auto wire = make_wire({.rate = 1000, .delay = 1ms, .loss = 1});
  auto talk = packet(0);
  talk.is_counted = false;
  wire.accept(talk, start);
  EXPECT_EQ(drain(wire), (std::vector<Arrived>{{0, 1ms}}));
  EXPECT_EQ(wire.counters.packets, 0U);
}

TEST(LabWire, memory_is_bounded_whatever_the_shape) {
  auto wire = make_wire({.delay = 60s});
  for (std::uint32_t i = 0; i < 80'000; ++i) wire.accept(packet(i), start);
  EXPECT_GT(wire.counters.queue_full, 0U);
}

TEST(LabDraws, are_even_and_independent_of_each_other) {
  double sum = 0;
  int below = 0;
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    const auto value = draw(42, Purpose::loss, n);
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    below += value < 0.01;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
  EXPECT_NEAR(below, 1000, 130);
  EXPECT_NE(draw(42, Purpose::loss, 1), draw(42, Purpose::reorder, 1));
  EXPECT_NE(draw(42, Purpose::loss, 1), draw(43, Purpose::loss, 1));
}

}  // namespace
