/* SPDX-License-Identifier: MIT
 *
 * The kernel's struct tcp_info, to the byte, as of Linux 6.18, with room for what later ones add.
 * Kernels fill as much as they know; `tcp_size` of the subflow says how much.
 *
 * Times are microseconds unless the name ends in _ms; rates are bytes per second.
 */
#pragma once

#include <mptcp/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The kernel's numbers for TCP states. */
enum mptcp_tcp_state {
  LIBMPTCP_TCP_UNKNOWN = 0,
  LIBMPTCP_TCP_ESTABLISHED = 1,
  LIBMPTCP_TCP_SYN_SENT = 2,
  LIBMPTCP_TCP_SYN_RECV = 3,
  LIBMPTCP_TCP_FIN_WAIT1 = 4,
  LIBMPTCP_TCP_FIN_WAIT2 = 5,
  LIBMPTCP_TCP_TIME_WAIT = 6,
  LIBMPTCP_TCP_CLOSE = 7,
  LIBMPTCP_TCP_CLOSE_WAIT = 8,
  LIBMPTCP_TCP_LAST_ACK = 9,
  LIBMPTCP_TCP_LISTEN = 10,
  LIBMPTCP_TCP_CLOSING = 11,
  LIBMPTCP_TCP_NEW_SYN_RECV = 12,
  LIBMPTCP_TCP_BOUND_INACTIVE = 13
};
LIBMPTCP_API const char *mptcp_tcp_state_name(int state);

typedef struct mptcp_tcp_info_t {
  uint8_t state;
  uint8_t ca_state;
  uint8_t retransmits;
  uint8_t probes;
  uint8_t backoff;
  uint8_t options;
  uint8_t wscale;     /* 4 bits sent, 4 bits received, as the machine lays out bit fields */
  uint8_t rate_flags; /* delivery_rate_app_limited: 1 bit, fastopen_client_fail: 2 bits */

  uint32_t rto;
  uint32_t ato;
  uint32_t snd_mss;
  uint32_t rcv_mss;

  uint32_t unacked;
  uint32_t sacked;
  uint32_t lost;
  uint32_t retrans;
  uint32_t fackets;

  uint32_t last_data_sent_ms;
  uint32_t last_ack_sent_ms;
  uint32_t last_data_recv_ms;
  uint32_t last_ack_recv_ms;

  uint32_t pmtu;
  uint32_t rcv_ssthresh;
  uint32_t rtt;
  uint32_t rttvar;
  uint32_t snd_ssthresh;
  uint32_t snd_cwnd;
  uint32_t advmss;
  uint32_t reordering;

  uint32_t rcv_rtt;
  uint32_t rcv_space;

  uint32_t total_retrans;

  uint64_t pacing_rate;
  uint64_t max_pacing_rate;
  uint64_t bytes_acked;
  uint64_t bytes_received;
  uint32_t segs_out;
  uint32_t segs_in;

  uint32_t notsent_bytes;
  uint32_t min_rtt;
  uint32_t data_segs_in;
  uint32_t data_segs_out;

  uint64_t delivery_rate;

  uint64_t busy_time;
  uint64_t rwnd_limited;
  uint64_t sndbuf_limited;

  uint32_t delivered;
  uint32_t delivered_ce;

  uint64_t bytes_sent;
  uint64_t bytes_retrans;
  uint32_t dsack_dups;
  uint32_t reord_seen;

  uint32_t rcv_ooopack;

  uint32_t snd_wnd;
  uint32_t rcv_wnd;

  uint32_t rehash;

  uint16_t total_rto;
  uint16_t total_rto_recoveries;
  uint32_t total_rto_time_ms;
  uint32_t received_ce;
  uint32_t delivered_e1_bytes;
  uint32_t delivered_e0_bytes;
  uint32_t delivered_ce_bytes;
  uint32_t received_e1_bytes;
  uint32_t received_e0_bytes;
  uint32_t received_ce_bytes;
  uint32_t accecn;
  uint8_t reserved[104]; /* zero */
} mptcp_tcp_info_t;

#ifdef __cplusplus
}
#endif
