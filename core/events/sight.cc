// SPDX-License-Identifier: MIT
#include "events/sight.h"

#include <tuple>

namespace mptcp::events {
namespace {

auto key_of(const Address& address) {
  return std::tie(address.family, address.bytes, address.port);
}

}  // namespace

bool PairOrder::operator()(const Pair& a, const Pair& b) const {
  return std::tuple(key_of(a.local), key_of(a.remote)) <
         std::tuple(key_of(b.local), key_of(b.remote));
}

bool has_come_up(TcpState state) {
  switch (state) {
    case TcpState::established:
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
    case TcpState::close_wait:
    case TcpState::last_ack:
    case TcpState::closing:
      return true;
    default:
      return false;
  }
}

}  // namespace mptcp::events
