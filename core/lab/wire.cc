// SPDX-License-Identifier: MIT
#include "lab/wire.h"

#include <algorithm>

#include "lab/draws.h"

namespace mptcp::lab {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// What one direction may hold in memory, whatever its shape says.
constexpr std::uint64_t most_held = 64 << 20;
constexpr nanoseconds shortest_queue = 20ms;
// A frame that is to be overtaken comes late by half the delay, at least by this.
constexpr nanoseconds shortest_hold = 1ms;

QueueLimit queue_of(const Shape& shape) {
  return shape.queue.value_or(QueueLimit{std::max(2 * shape.delay, shortest_queue)});
}

}  // namespace

bool Wire::is_later(const Flying& a, const Flying& b) {
  return a.when != b.when ? a.when > b.when : a.order > b.order;
}

nanoseconds Wire::time_on_line(std::uint64_t bytes) const {
  if (shape_.rate == 0) return 0ns;
  return nanoseconds(static_cast<std::int64_t>(static_cast<double>(bytes) * 8e9 /
                                               static_cast<double>(shape_.rate)));
}

void Wire::set_shape(const Shape& shape, Time now) {
  advance_line(now);
  const auto old_rate = shape_.rate;
  shape_ = shape;
  if (queue_.empty() || old_rate == shape.rate) return;
  // What is left of the frame on the line goes at the new rate.
  const auto left = static_cast<double>((head_leaves_ - now).count());
  const auto ratio =
      shape.rate == 0 ? 0 : static_cast<double>(old_rate) / static_cast<double>(shape.rate);
  head_leaves_ = now + nanoseconds(static_cast<std::int64_t>(left * ratio));
}

bool Wire::has_room(const Frame& frame) const {
  if (held_bytes_ + frame.bytes.size() > most_held) return false;
  if (queue_.empty() || shape_.rate == 0) return true;
  const auto limit = queue_of(shape_);
  if (const auto* time = std::get_if<nanoseconds>(&limit)) {
    return time_on_line(queued_bytes_ + frame.ip_bytes) <= *time;
  }
  if (const auto* bytes = std::get_if<QueueBytes>(&limit)) {
    return queued_bytes_ + frame.ip_bytes <= number(*bytes);
  }
  return queued_packets_ + frame.packets <= number(std::get<QueuePackets>(limit));
}

void Wire::accept(Frame frame, Time now) {
  advance_line(now);
  const auto n = accepted_;
  if (frame.is_counted) accepted_ += frame.packets;
  if (shape_.silent || (shape_.block != 0 && carries_options(frame, shape_.block))) {
    counters.blocked += frame.packets;
    return;
  }
  if (!frame.is_counted) {
    fly(std::move(frame), now + shape_.delay);
    return;
  }
  if (!has_room(frame)) {
    counters.queue_full += frame.packets;
    return;
  }
  if (shape_.strip != 0 && strip_options(frame, shape_.strip)) counters.stripped += frame.packets;
  held_bytes_ += frame.bytes.size();
  queued_bytes_ += frame.ip_bytes;
  queued_packets_ += frame.packets;
  if (queue_.empty()) head_leaves_ = now + time_on_line(frame.ip_bytes);
  queue_.push_back({std::move(frame), n});
  advance_line(now);
}

void Wire::advance_line(Time now) {
  while (!queue_.empty() && head_leaves_ <= now) {
    Waiting head = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= head.frame.ip_bytes;
    queued_packets_ -= head.frame.packets;
    const auto left = head_leaves_;
    if (!queue_.empty()) head_leaves_ += time_on_line(queue_.front().frame.ip_bytes);
    leave_line(std::move(head), left);
  }
}

nanoseconds Wire::delay_of(std::uint64_t n) const {
  if (shape_.jitter == 0ns) return shape_.delay;
  const auto swing = 2 * draw(seed_, Purpose::jitter, n) - 1;
  const auto jitter = static_cast<double>(shape_.jitter.count()) * swing;
  return std::max(shape_.delay + nanoseconds(static_cast<std::int64_t>(jitter)), 0ns);
}

void Wire::leave_line(Waiting waiting, Time when) {
  const auto n = waiting.n;
  auto& frame = waiting.frame;
  held_bytes_ -= frame.bytes.size();
  if (draw(seed_, Purpose::loss, n) < shape_.loss) {
    counters.lost += frame.packets;
    return;
  }
  auto arrives = std::max(when + delay_of(n), latest_);
  if (draw(seed_, Purpose::reorder, n) < shape_.reorder) {
    counters.reordered += frame.packets;
    arrives += std::max(shape_.delay / 2, shortest_hold);
  } else {
    latest_ = arrives;
  }
  if (draw(seed_, Purpose::duplicate, n) < shape_.duplicate) {
    counters.duplicated += frame.packets;
    fly(frame, arrives);
  }
  fly(std::move(frame), arrives);
}

void Wire::fly(Frame frame, Time when) {
  held_bytes_ += frame.bytes.size();
  flight_.push_back({when, order_++, std::move(frame)});
  std::push_heap(flight_.begin(), flight_.end(), is_later);
}

void Wire::release(Time now, std::vector<Frame>& arrived) {
  advance_line(now);
  while (!flight_.empty() && flight_.front().when <= now) {
    std::pop_heap(flight_.begin(), flight_.end(), is_later);
    auto& frame = flight_.back().frame;
    held_bytes_ -= frame.bytes.size();
    if (frame.is_counted) {
      counters.packets += frame.packets;
      counters.bytes += frame.ip_bytes;
    }
    arrived.push_back(std::move(frame));
    flight_.pop_back();
  }
}

std::optional<Time> Wire::next_release() const {
  std::optional<Time> next;
  if (!flight_.empty()) next = flight_.front().when;
  if (!queue_.empty()) {
    // Nothing that is still in the queue can arrive before this.
    const auto earliest = head_leaves_ + std::max(shape_.delay - shape_.jitter, 0ns);
    next = std::min(next.value_or(earliest), earliest);
  }
  return next;
}

void Wire::clear() {
  for (const auto& waiting : queue_) counters.blocked += waiting.frame.packets;
  for (const auto& flying : flight_) counters.blocked += flying.frame.packets;
  queue_.clear();
  flight_.clear();
  queued_bytes_ = queued_packets_ = held_bytes_ = 0;
}

}  // namespace mptcp::lab
