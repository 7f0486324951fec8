// SPDX-License-Identifier: MIT
#include "events/silence.h"

#include <algorithm>

namespace mptcp::events {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

bool may_have_data_outstanding(TcpState state) {
  switch (state) {
    case TcpState::established:
    case TcpState::close_wait:
    case TcpState::fin_wait1:
    case TcpState::closing:
    case TcpState::last_ack:
      return true;
    default:
      return false;  // in SYN_SENT the SYN counts as unacknowledged
  }
}

// A probe of a closed window is outstanding too, though it carries no data.
bool is_waiting(const TcpInfo& tcp) { return tcp.unacked > 0 || tcp.probes > 0; }

// Each retransmission timeout doubled the timer, and an acknowledgement would have reset it: by
// now the first of them is that long ago.
microseconds time_in_timeouts(const TcpInfo& tcp) {
  if (tcp.unacked == 0) return microseconds{0};
  return microseconds{tcp.rto - (tcp.rto >> std::min<unsigned>(tcp.backoff, 31))};
}

}  // namespace

bool Silence::has_progressed(const TcpInfo& tcp, Time now) const {
  if (!sampled_) return false;
  if (tcp.bytes_acked != acked_ || tcp.delivered != delivered_) return true;
  return tcp.unacked == 0 && milliseconds{tcp.last_ack_recv_ms} < now - *sampled_;
}

Verdict Silence::judge(const Subflow& sample, Time now, milliseconds patience) {
  const TcpInfo& tcp = sample.tcp;
  const bool waiting = may_have_data_outstanding(sample.state) && is_waiting(tcp);
  const bool answers = !waiting || has_progressed(tcp, now);
  if (answers) waiting_since_.reset();
  if (waiting) {
    waiting_since_ = std::min(waiting_since_.value_or(now), now - time_in_timeouts(tcp));
  }
  sampled_ = now;
  acked_ = tcp.bytes_acked;
  delivered_ = tcp.delivered;

  const bool was_silent = silent_;
  silent_ = waiting && now - *waiting_since_ >= patience;
  // Silence ends with an answer, not with a shorter look at it.
  if (was_silent && !answers) silent_ = true;
  if (silent_ == was_silent) return Verdict::nothing_new;
  return silent_ ? Verdict::fell_silent : Verdict::resumed;
}

}  // namespace mptcp::events
