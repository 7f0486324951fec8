// SPDX-License-Identifier: MIT
//
// Facts for the tests of core/events: notifications and looks, in few words.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <mptcp/events.h>

#include "events/ledger.h"
#include "events/look.h"

namespace mptcp::events {

using Time = std::chrono::steady_clock::time_point;
using namespace std::chrono_literals;

inline constexpr Token token{0x1234};
inline constexpr Time start{1h};

inline Address at(const std::string& text) { return parse_address(text).value(); }

// "10.0.0.1:5", "10.0.0.2:80"
inline Pair ends(const std::string& local, const std::string& remote = "10.0.0.9:80") {
  return {at(local), at(remote)};
}
inline const Pair first = ends("10.0.0.1:1000");
inline const Pair second = ends("10.0.0.2:2000");
inline const Pair third = ends("10.0.0.3:3000");

inline Event notice(EventKind kind, Token of = token) {
  return {.kind = kind, .time = start, .token = of};
}
inline Event notice(EventKind kind, const Pair& pair, Token of = token) {
  Event event = notice(kind, of);
  event.local = pair.local;
  event.remote = pair.remote;
  return event;
}

inline Subflow shown(std::uint32_t id, const Pair& pair, TcpState state = TcpState::established) {
  Subflow subflow;
  subflow.id = SubflowId{id};
  subflow.state = state;
  subflow.local = pair.local;
  subflow.remote = pair.remote;
  return subflow;
}

inline Sight sight_of(std::vector<Subflow> subflows, Token of = token) {
  Sight sight;
  sight.token = of;
  sight.created = true;
  sight.established = true;
  sight.initial = first;
  sight.subflows = std::move(subflows);
  return sight;
}

inline Look look_of(Sight sight) { return {Look::State::mptcp, std::move(sight)}; }

inline Stamp compared(Time time = start) { return {EventOrigin::comparison, time}; }
inline Stamp sampled(Time time = start) { return {EventOrigin::sampling, time}; }

// "created subflow_closed/2": kinds, with the ids that are known.
template <class Events>
std::string story(const Events& events) {
  std::string text;
  for (const Event& event : events) {
    if (!text.empty()) text += ' ';
    text += name(event.kind);
    if (event.subflow != SubflowId{}) text += "/" + std::to_string(number(event.subflow));
  }
  return text;
}

}  // namespace mptcp::events
