// SPDX-License-Identifier: MIT
//
// The kernel's struct tcp_info, to the byte, as of Linux 6.18: our own copy, since the C library's
// ends years earlier.  Kernels fill as much as they know; see Subflow::tcp_field().
//
// Times are microseconds unless the name ends in _ms; rates are bytes per second.
#pragma once

#include <cstdint>

namespace mptcp {

struct TcpInfo {
  std::uint8_t state;
  std::uint8_t ca_state;
  std::uint8_t retransmits;
  std::uint8_t probes;
  std::uint8_t backoff;
  std::uint8_t options;
  std::uint8_t snd_wscale : 4, rcv_wscale : 4;
  std::uint8_t delivery_rate_app_limited : 1, fastopen_client_fail : 2;

  std::uint32_t rto;
  std::uint32_t ato;
  std::uint32_t snd_mss;
  std::uint32_t rcv_mss;

  std::uint32_t unacked;
  std::uint32_t sacked;
  std::uint32_t lost;
  std::uint32_t retrans;
  std::uint32_t fackets;

  std::uint32_t last_data_sent_ms;
  std::uint32_t last_ack_sent_ms;
  std::uint32_t last_data_recv_ms;
  std::uint32_t last_ack_recv_ms;

  std::uint32_t pmtu;
  std::uint32_t rcv_ssthresh;
  std::uint32_t rtt;
  std::uint32_t rttvar;
  std::uint32_t snd_ssthresh;
  std::uint32_t snd_cwnd;
  std::uint32_t advmss;
  std::uint32_t reordering;

  std::uint32_t rcv_rtt;
  std::uint32_t rcv_space;

  std::uint32_t total_retrans;

  std::uint64_t pacing_rate;
  std::uint64_t max_pacing_rate;
  std::uint64_t bytes_acked;
  std::uint64_t bytes_received;
  std::uint32_t segs_out;
  std::uint32_t segs_in;

  std::uint32_t notsent_bytes;
  std::uint32_t min_rtt;
  std::uint32_t data_segs_in;
  std::uint32_t data_segs_out;

  std::uint64_t delivery_rate;

  std::uint64_t busy_time;
  std::uint64_t rwnd_limited;
  std::uint64_t sndbuf_limited;

  std::uint32_t delivered;
  std::uint32_t delivered_ce;

  std::uint64_t bytes_sent;
  std::uint64_t bytes_retrans;
  std::uint32_t dsack_dups;
  std::uint32_t reord_seen;

  std::uint32_t rcv_ooopack;

  std::uint32_t snd_wnd;
  std::uint32_t rcv_wnd;

  std::uint32_t rehash;

  std::uint16_t total_rto;
  std::uint16_t total_rto_recoveries;
  std::uint32_t total_rto_time_ms;
  std::uint32_t received_ce;
  std::uint32_t delivered_e1_bytes;
  std::uint32_t delivered_e0_bytes;
  std::uint32_t delivered_ce_bytes;
  std::uint32_t received_e1_bytes;
  std::uint32_t received_e0_bytes;
  std::uint32_t received_ce_bytes;
  std::uint32_t accecn;
};

}  // namespace mptcp
