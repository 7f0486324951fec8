# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # The kernel's `struct tcp_info` of one subflow, field by field under its names.  Times are
  # microseconds unless the name ends in `_ms`; rates are bytes per second.  A field that this kernel
  # does not know is nil.
  class TcpInfo
    include Value

    # @!attribute [r] state
    #   @return [Integer, nil] the kernel's number of the TCP state; {Subflow#state} is its word
    # @!attribute [r] ca_state
    #   @return [Integer, nil] of congestion avoidance: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss
    # @!attribute [r] retransmits
    #   @return [Integer, nil] timeouts in a row without an answer
    # @!attribute [r] probes
    #   @return [Integer, nil] unanswered zero window or keep-alive probes
    # @!attribute [r] backoff
    #   @return [Integer, nil] doublings of the timeout
    # @!attribute [r] options
    #   @return [Integer, nil] bits: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, …
    # @!attribute [r] snd_wscale
    #   @return [Integer, nil] the peer's window scale
    # @!attribute [r] rcv_wscale
    #   @return [Integer, nil] our window scale
    # @!attribute [r] delivery_rate_app_limited
    #   @return [Integer, nil] 1 when the sender had too little to send while the rate was measured
    # @!attribute [r] fastopen_client_fail
    #   @return [Integer, nil] why a fast open failed; 0: it did not
    # @!attribute [r] rto
    #   @return [Integer, nil] retransmission timeout, microseconds
    # @!attribute [r] ato
    #   @return [Integer, nil] delayed acknowledgement timeout, microseconds
    # @!attribute [r] snd_mss
    #   @return [Integer, nil] bytes
    # @!attribute [r] rcv_mss
    #   @return [Integer, nil] bytes
    # @!attribute [r] unacked
    #   @return [Integer, nil] segments in flight
    # @!attribute [r] sacked
    #   @return [Integer, nil] segments acknowledged selectively
    # @!attribute [r] lost
    #   @return [Integer, nil] segments taken for lost
    # @!attribute [r] retrans
    #   @return [Integer, nil] retransmitted segments in flight
    # @!attribute [r] fackets
    #   @return [Integer, nil] unused by today's kernels
    # @!attribute [r] last_data_sent_ms
    #   @return [Integer, nil] milliseconds ago
    # @!attribute [r] last_ack_sent_ms
    #   @return [Integer, nil] unused by the kernel
    # @!attribute [r] last_data_recv_ms
    #   @return [Integer, nil] milliseconds ago
    # @!attribute [r] last_ack_recv_ms
    #   @return [Integer, nil] milliseconds ago
    # @!attribute [r] pmtu
    #   @return [Integer, nil] path MTU, bytes
    # @!attribute [r] rcv_ssthresh
    #   @return [Integer, nil] bytes
    # @!attribute [r] rtt
    #   @return [Integer, nil] smoothed round trip time, microseconds
    # @!attribute [r] rttvar
    #   @return [Integer, nil] its mean deviation, microseconds
    # @!attribute [r] snd_ssthresh
    #   @return [Integer, nil] slow start threshold, segments
    # @!attribute [r] snd_cwnd
    #   @return [Integer, nil] congestion window, segments
    # @!attribute [r] advmss
    #   @return [Integer, nil] MSS that we advertise, bytes
    # @!attribute [r] reordering
    #   @return [Integer, nil] segments
    # @!attribute [r] rcv_rtt
    #   @return [Integer, nil] round trip time as the receiver sees it, microseconds
    # @!attribute [r] rcv_space
    #   @return [Integer, nil] receive buffer that autotuning aims at, bytes
    # @!attribute [r] total_retrans
    #   @return [Integer, nil] retransmitted segments so far
    # @!attribute [r] pacing_rate
    #   @return [Integer, nil] bytes per second
    # @!attribute [r] max_pacing_rate
    #   @return [Integer, nil] bytes per second; 2**64 - 1: no limit
    # @!attribute [r] bytes_acked
    #   @return [Integer, nil] bytes that the peer acknowledged
    # @!attribute [r] bytes_received
    #   @return [Integer, nil] bytes received in order
    # @!attribute [r] segs_out
    #   @return [Integer, nil] segments sent
    # @!attribute [r] segs_in
    #   @return [Integer, nil] segments received
    # @!attribute [r] notsent_bytes
    #   @return [Integer, nil] bytes written and not yet sent
    # @!attribute [r] min_rtt
    #   @return [Integer, nil] microseconds
    # @!attribute [r] data_segs_in
    #   @return [Integer, nil] segments with data received
    # @!attribute [r] data_segs_out
    #   @return [Integer, nil] segments with data sent
    # @!attribute [r] delivery_rate
    #   @return [Integer, nil] what the peer has lately acknowledged, bytes per second
    # @!attribute [r] busy_time
    #   @return [Integer, nil] with data to send, microseconds
    # @!attribute [r] rwnd_limited
    #   @return [Integer, nil] held up by the peer's window, microseconds
    # @!attribute [r] sndbuf_limited
    #   @return [Integer, nil] held up by the send buffer, microseconds
    # @!attribute [r] delivered
    #   @return [Integer, nil] segments that arrived
    # @!attribute [r] delivered_ce
    #   @return [Integer, nil] of those, with a congestion mark
    # @!attribute [r] bytes_sent
    #   @return [Integer, nil] bytes of data sent, retransmissions included
    # @!attribute [r] bytes_retrans
    #   @return [Integer, nil] bytes retransmitted
    # @!attribute [r] dsack_dups
    #   @return [Integer, nil] segments that arrived twice
    # @!attribute [r] reord_seen
    #   @return [Integer, nil] times that reordering was seen
    # @!attribute [r] rcv_ooopack
    #   @return [Integer, nil] segments received out of order
    # @!attribute [r] snd_wnd
    #   @return [Integer, nil] the peer's window, bytes
    # @!attribute [r] rcv_wnd
    #   @return [Integer, nil] our window, bytes
    # @!attribute [r] rehash
    #   @return [Integer, nil] times that another flow hash was tried
    # @!attribute [r] total_rto
    #   @return [Integer, nil] timeouts so far
    # @!attribute [r] total_rto_recoveries
    #   @return [Integer, nil] recoveries from timeouts
    # @!attribute [r] total_rto_time_ms
    #   @return [Integer, nil] milliseconds spent in them
    # @!attribute [r] received_ce
    #   @return [Integer, nil] accurate ECN: segments received with a congestion mark
    # @!attribute [r] delivered_e1_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] delivered_e0_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] delivered_ce_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] received_e1_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] received_e0_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] received_ce_bytes
    #   @return [Integer, nil] accurate ECN, bytes
    # @!attribute [r] accecn
    #   @return [Integer, nil] accurate ECN: bits of what was negotiated and failed
  end
end
