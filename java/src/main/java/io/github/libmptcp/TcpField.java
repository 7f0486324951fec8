// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** A field of {@link TcpInfo}, in the order of the kernel's struct. */
public enum TcpField {
  /** The kernel's number of the TCP state; {@link Subflow#state()} is the word. */
  STATE(Native.TCP_STATE, 1),

  /** State of congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss. */
  CA_STATE(Native.TCP_CA_STATE, 1),

  /** Timeouts in a row of what is unacknowledged now. */
  RETRANSMITS(Native.TCP_RETRANSMITS, 1),

  /** Window probes unanswered. */
  PROBES(Native.TCP_PROBES, 1),

  /** Exponent of the timer. */
  BACKOFF(Native.TCP_BACKOFF, 1),

  /** Bits: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, 16 ECN seen, 32 SYN data acknowledged. */
  OPTIONS(Native.TCP_OPTIONS, 1),

  /** Window scales: 4 bits sent, 4 bits received. */
  WSCALE(Native.TCP_WSCALE, 1),

  /** Bits: whether the delivery rate was limited by the application; TCP Fast Open. */
  RATE_FLAGS(Native.TCP_RATE_FLAGS, 1),

  /** Retransmission timeout, microseconds. */
  RTO(Native.TCP_RTO, 4),

  /** Delayed acknowledgement timeout, microseconds. */
  ATO(Native.TCP_ATO, 4),

  /** Largest segment sent, bytes. */
  SND_MSS(Native.TCP_SND_MSS, 4),

  /** Largest segment received, bytes. */
  RCV_MSS(Native.TCP_RCV_MSS, 4),

  /** Segments sent and not acknowledged. */
  UNACKED(Native.TCP_UNACKED, 4),

  /** Segments acknowledged out of order. */
  SACKED(Native.TCP_SACKED, 4),

  /** Segments taken for lost. */
  LOST(Native.TCP_LOST, 4),

  /** Segments retransmitted and not acknowledged. */
  RETRANS(Native.TCP_RETRANS, 4),

  /** Unused by the kernel. */
  FACKETS(Native.TCP_FACKETS, 4),

  /** Since data was sent, milliseconds. */
  LAST_DATA_SENT_MS(Native.TCP_LAST_DATA_SENT_MS, 4),

  /** Unused by the kernel. */
  LAST_ACK_SENT_MS(Native.TCP_LAST_ACK_SENT_MS, 4),

  /** Since data came, milliseconds. */
  LAST_DATA_RECV_MS(Native.TCP_LAST_DATA_RECV_MS, 4),

  /** Since an acknowledgement came, milliseconds. */
  LAST_ACK_RECV_MS(Native.TCP_LAST_ACK_RECV_MS, 4),

  /** Path MTU, bytes. */
  PMTU(Native.TCP_PMTU, 4),

  /** Receive window in slow start, bytes. */
  RCV_SSTHRESH(Native.TCP_RCV_SSTHRESH, 4),

  /** Smoothed round-trip time, microseconds. */
  RTT(Native.TCP_RTT, 4),

  /** Its mean deviation, microseconds. */
  RTTVAR(Native.TCP_RTTVAR, 4),

  /** Slow start threshold, segments. */
  SND_SSTHRESH(Native.TCP_SND_SSTHRESH, 4),

  /** Congestion window, segments. */
  SND_CWND(Native.TCP_SND_CWND, 4),

  /** Segment size that we announced, bytes. */
  ADVMSS(Native.TCP_ADVMSS, 4),

  /** Degree of reordering, segments. */
  REORDERING(Native.TCP_REORDERING, 4),

  /** Round-trip time seen by the receiver, microseconds. */
  RCV_RTT(Native.TCP_RCV_RTT, 4),

  /** Receive buffer wanted, bytes. */
  RCV_SPACE(Native.TCP_RCV_SPACE, 4),

  /** Segments retransmitted, ever. */
  TOTAL_RETRANS(Native.TCP_TOTAL_RETRANS, 4),

  /** Bytes per second. */
  PACING_RATE(Native.TCP_PACING_RATE, 8),

  /** Bytes per second. */
  MAX_PACING_RATE(Native.TCP_MAX_PACING_RATE, 8),

  /** Bytes sent and acknowledged. */
  BYTES_ACKED(Native.TCP_BYTES_ACKED, 8),

  /** Bytes of data received. */
  BYTES_RECEIVED(Native.TCP_BYTES_RECEIVED, 8),

  /** Segments sent. */
  SEGS_OUT(Native.TCP_SEGS_OUT, 4),

  /** Segments received. */
  SEGS_IN(Native.TCP_SEGS_IN, 4),

  /** Bytes that wait to be sent. */
  NOTSENT_BYTES(Native.TCP_NOTSENT_BYTES, 4),

  /** Lowest round-trip time, microseconds. */
  MIN_RTT(Native.TCP_MIN_RTT, 4),

  /** Segments with data received. */
  DATA_SEGS_IN(Native.TCP_DATA_SEGS_IN, 4),

  /** Segments with data sent. */
  DATA_SEGS_OUT(Native.TCP_DATA_SEGS_OUT, 4),

  /** Bytes per second, as last measured. */
  DELIVERY_RATE(Native.TCP_DELIVERY_RATE, 8),

  /** Time with data to send, microseconds. */
  BUSY_TIME(Native.TCP_BUSY_TIME, 8),

  /** Time limited by the peer's window, microseconds. */
  RWND_LIMITED(Native.TCP_RWND_LIMITED, 8),

  /** Time limited by the send buffer, microseconds. */
  SNDBUF_LIMITED(Native.TCP_SNDBUF_LIMITED, 8),

  /** Segments delivered, retransmissions included. */
  DELIVERED(Native.TCP_DELIVERED, 4),

  /** Of these, marked by ECN. */
  DELIVERED_CE(Native.TCP_DELIVERED_CE, 4),

  /** Bytes of data sent, retransmissions included. */
  BYTES_SENT(Native.TCP_BYTES_SENT, 8),

  /** Bytes of data retransmitted. */
  BYTES_RETRANS(Native.TCP_BYTES_RETRANS, 8),

  /** Duplicates that the peer reported. */
  DSACK_DUPS(Native.TCP_DSACK_DUPS, 4),

  /** Reorderings seen. */
  REORD_SEEN(Native.TCP_REORD_SEEN, 4),

  /** Segments received out of order. */
  RCV_OOOPACK(Native.TCP_RCV_OOOPACK, 4),

  /** The peer's window, bytes. */
  SND_WND(Native.TCP_SND_WND, 4),

  /** Our window, bytes. */
  RCV_WND(Native.TCP_RCV_WND, 4),

  /** Times that the flow label was changed. */
  REHASH(Native.TCP_REHASH, 4),

  /** Timeouts, ever. */
  TOTAL_RTO(Native.TCP_TOTAL_RTO, 2),

  /** Recoveries from timeouts. */
  TOTAL_RTO_RECOVERIES(Native.TCP_TOTAL_RTO_RECOVERIES, 2),

  /** Time spent in them, milliseconds. */
  TOTAL_RTO_TIME_MS(Native.TCP_TOTAL_RTO_TIME_MS, 4),

  /** Segments received with ECN marks. */
  RECEIVED_CE(Native.TCP_RECEIVED_CE, 4),

  /** AccECN: bytes delivered as ECT(1). */
  DELIVERED_E1_BYTES(Native.TCP_DELIVERED_E1_BYTES, 4),

  /** AccECN: bytes delivered as ECT(0). */
  DELIVERED_E0_BYTES(Native.TCP_DELIVERED_E0_BYTES, 4),

  /** AccECN: bytes delivered as CE. */
  DELIVERED_CE_BYTES(Native.TCP_DELIVERED_CE_BYTES, 4),

  /** AccECN: bytes received as ECT(1). */
  RECEIVED_E1_BYTES(Native.TCP_RECEIVED_E1_BYTES, 4),

  /** AccECN: bytes received as ECT(0). */
  RECEIVED_E0_BYTES(Native.TCP_RECEIVED_E0_BYTES, 4),

  /** AccECN: bytes received as CE. */
  RECEIVED_CE_BYTES(Native.TCP_RECEIVED_CE_BYTES, 4),

  /** AccECN: what was negotiated. */
  ACCECN(Native.TCP_ACCECN, 4);

  final int offset;
  final int width;

  TcpField(int offset, int width) {
    this.offset = offset;
    this.width = width;
  }

  /** {@return the kernel's name: {@code "rtt"}} */
  public String word() {
    return Words.of(this);
  }
}
