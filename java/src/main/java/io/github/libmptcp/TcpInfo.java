// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The kernel's {@code struct tcp_info} of one subflow, as it was when the snapshot was taken.
 *
 * <p>Kernels fill as much as they know: what one does not know reads as 0, and {@link #find} tells
 * it apart. Times are microseconds unless the name ends in {@code Ms}; rates are bytes per second.
 */
public final class TcpInfo {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  // Of all subflows of the snapshot: nobody writes it, and copying would cost more than it keeps.
  private final byte[] bytes;
  private final int at;
  private final int size;

  TcpInfo(byte[] bytes, int at, int size) {
    this.bytes = bytes;
    this.at = at;
    this.size = size;
  }

  /**
   * {@return a field, or nothing where this kernel does not know it}
   *
   * @param field which one
   */
  public OptionalLong find(TcpField field) {
    return field.offset + field.width <= size ? OptionalLong.of(get(field)) : OptionalLong.empty();
  }

  /**
   * {@return a field, 0 where this kernel does not know it}
   *
   * @param field which one
   */
  public long get(TcpField field) {
    int from = at + field.offset;
    return switch (field.width) {
      case 1 -> Packed.getByte(bytes, from);
      case 2 -> Packed.getShort(bytes, from);
      case 4 -> Packed.getInt(bytes, from) & 0xFFFF_FFFFL;
      default -> Packed.getLong(bytes, from);
    };
  }

  /** {@return shift of the windows that we are sent} */
  public int sndWscale() {
    return bits(TcpField.WSCALE, 0, 4);
  }

  /** {@return shift of the windows that we send} */
  public int rcvWscale() {
    return bits(TcpField.WSCALE, 4, 4);
  }

  /** {@return whether the delivery rate is what the application had to send, no more} */
  public boolean deliveryRateAppLimited() {
    return bits(TcpField.RATE_FLAGS, 0, 1) != 0;
  }

  /** {@return why TCP Fast Open did not work: 0 not tried or worked, 1 no cookie, 2 and 3 lost} */
  public int fastopenClientFail() {
    return bits(TcpField.RATE_FLAGS, 1, 2);
  }

  // The compiler's bit fields: from the low end, or on some machines from the high one.
  private int bits(TcpField field, int first, int count) {
    int shift = LITTLE ? first : 8 - first - count;
    return ((int) get(field) >> shift) & ((1 << count) - 1);
  }

  /** {@return the kernel's number of the TCP state; {@link Subflow#state()} is the word} */
  public int state() {
    return (int) get(TcpField.STATE);
  }

  /** {@return state of congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss} */
  public int caState() {
    return (int) get(TcpField.CA_STATE);
  }

  /** {@return timeouts in a row of what is unacknowledged now} */
  public int retransmits() {
    return (int) get(TcpField.RETRANSMITS);
  }

  /** {@return window probes unanswered} */
  public int probes() {
    return (int) get(TcpField.PROBES);
  }

  /** {@return exponent of the timer} */
  public int backoff() {
    return (int) get(TcpField.BACKOFF);
  }

  /** {@return bits: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, 16 ECN seen, 32 SYN data acknowledged} */
  public int options() {
    return (int) get(TcpField.OPTIONS);
  }

  /** {@return retransmission timeout, microseconds} */
  public long rto() {
    return get(TcpField.RTO);
  }

  /** {@return delayed acknowledgement timeout, microseconds} */
  public long ato() {
    return get(TcpField.ATO);
  }

  /** {@return largest segment sent, bytes} */
  public long sndMss() {
    return get(TcpField.SND_MSS);
  }

  /** {@return largest segment received, bytes} */
  public long rcvMss() {
    return get(TcpField.RCV_MSS);
  }

  /** {@return segments sent and not acknowledged} */
  public long unacked() {
    return get(TcpField.UNACKED);
  }

  /** {@return segments acknowledged out of order} */
  public long sacked() {
    return get(TcpField.SACKED);
  }

  /** {@return segments taken for lost} */
  public long lost() {
    return get(TcpField.LOST);
  }

  /** {@return segments retransmitted and not acknowledged} */
  public long retrans() {
    return get(TcpField.RETRANS);
  }

  /** {@return unused by the kernel} */
  public long fackets() {
    return get(TcpField.FACKETS);
  }

  /** {@return since data was sent, milliseconds} */
  public long lastDataSentMs() {
    return get(TcpField.LAST_DATA_SENT_MS);
  }

  /** {@return unused by the kernel} */
  public long lastAckSentMs() {
    return get(TcpField.LAST_ACK_SENT_MS);
  }

  /** {@return since data came, milliseconds} */
  public long lastDataRecvMs() {
    return get(TcpField.LAST_DATA_RECV_MS);
  }

  /** {@return since an acknowledgement came, milliseconds} */
  public long lastAckRecvMs() {
    return get(TcpField.LAST_ACK_RECV_MS);
  }

  /** {@return path MTU, bytes} */
  public long pmtu() {
    return get(TcpField.PMTU);
  }

  /** {@return receive window in slow start, bytes} */
  public long rcvSsthresh() {
    return get(TcpField.RCV_SSTHRESH);
  }

  /** {@return smoothed round-trip time, microseconds} */
  public long rtt() {
    return get(TcpField.RTT);
  }

  /** {@return its mean deviation, microseconds} */
  public long rttvar() {
    return get(TcpField.RTTVAR);
  }

  /** {@return slow start threshold, segments} */
  public long sndSsthresh() {
    return get(TcpField.SND_SSTHRESH);
  }

  /** {@return congestion window, segments} */
  public long sndCwnd() {
    return get(TcpField.SND_CWND);
  }

  /** {@return segment size that we announced, bytes} */
  public long advmss() {
    return get(TcpField.ADVMSS);
  }

  /** {@return degree of reordering, segments} */
  public long reordering() {
    return get(TcpField.REORDERING);
  }

  /** {@return round-trip time seen by the receiver, microseconds} */
  public long rcvRtt() {
    return get(TcpField.RCV_RTT);
  }

  /** {@return receive buffer wanted, bytes} */
  public long rcvSpace() {
    return get(TcpField.RCV_SPACE);
  }

  /** {@return segments retransmitted, ever} */
  public long totalRetrans() {
    return get(TcpField.TOTAL_RETRANS);
  }

  /** {@return bytes per second} */
  public long pacingRate() {
    return get(TcpField.PACING_RATE);
  }

  /** {@return bytes per second} */
  public long maxPacingRate() {
    return get(TcpField.MAX_PACING_RATE);
  }

  /** {@return bytes sent and acknowledged} */
  public long bytesAcked() {
    return get(TcpField.BYTES_ACKED);
  }

  /** {@return bytes of data received} */
  public long bytesReceived() {
    return get(TcpField.BYTES_RECEIVED);
  }

  /** {@return segments sent} */
  public long segsOut() {
    return get(TcpField.SEGS_OUT);
  }

  /** {@return segments received} */
  public long segsIn() {
    return get(TcpField.SEGS_IN);
  }

  /** {@return bytes that wait to be sent} */
  public long notsentBytes() {
    return get(TcpField.NOTSENT_BYTES);
  }

  /** {@return lowest round-trip time, microseconds} */
  public long minRtt() {
    return get(TcpField.MIN_RTT);
  }

  /** {@return segments with data received} */
  public long dataSegsIn() {
    return get(TcpField.DATA_SEGS_IN);
  }

  /** {@return segments with data sent} */
  public long dataSegsOut() {
    return get(TcpField.DATA_SEGS_OUT);
  }

  /** {@return bytes per second, as last measured} */
  public long deliveryRate() {
    return get(TcpField.DELIVERY_RATE);
  }

  /** {@return time with data to send, microseconds} */
  public long busyTime() {
    return get(TcpField.BUSY_TIME);
  }

  /** {@return time limited by the peer's window, microseconds} */
  public long rwndLimited() {
    return get(TcpField.RWND_LIMITED);
  }

  /** {@return time limited by the send buffer, microseconds} */
  public long sndbufLimited() {
    return get(TcpField.SNDBUF_LIMITED);
  }

  /** {@return segments delivered, retransmissions included} */
  public long delivered() {
    return get(TcpField.DELIVERED);
  }

  /** {@return of these, marked by ECN} */
  public long deliveredCe() {
    return get(TcpField.DELIVERED_CE);
  }

  /** {@return bytes of data sent, retransmissions included} */
  public long bytesSent() {
    return get(TcpField.BYTES_SENT);
  }

  /** {@return bytes of data retransmitted} */
  public long bytesRetrans() {
    return get(TcpField.BYTES_RETRANS);
  }

  /** {@return duplicates that the peer reported} */
  public long dsackDups() {
    return get(TcpField.DSACK_DUPS);
  }

  /** {@return reorderings seen} */
  public long reordSeen() {
    return get(TcpField.REORD_SEEN);
  }

  /** {@return segments received out of order} */
  public long rcvOoopack() {
    return get(TcpField.RCV_OOOPACK);
  }

  /** {@return the peer's window, bytes} */
  public long sndWnd() {
    return get(TcpField.SND_WND);
  }

  /** {@return our window, bytes} */
  public long rcvWnd() {
    return get(TcpField.RCV_WND);
  }

  /** {@return times that the flow label was changed} */
  public long rehash() {
    return get(TcpField.REHASH);
  }

  /** {@return timeouts, ever} */
  public int totalRto() {
    return (int) get(TcpField.TOTAL_RTO);
  }

  /** {@return recoveries from timeouts} */
  public int totalRtoRecoveries() {
    return (int) get(TcpField.TOTAL_RTO_RECOVERIES);
  }

  /** {@return time spent in them, milliseconds} */
  public long totalRtoTimeMs() {
    return get(TcpField.TOTAL_RTO_TIME_MS);
  }

  /** {@return segments received with ECN marks} */
  public long receivedCe() {
    return get(TcpField.RECEIVED_CE);
  }

  /** {@return AccECN: bytes delivered as ECT(1)} */
  public long deliveredE1Bytes() {
    return get(TcpField.DELIVERED_E1_BYTES);
  }

  /** {@return AccECN: bytes delivered as ECT(0)} */
  public long deliveredE0Bytes() {
    return get(TcpField.DELIVERED_E0_BYTES);
  }

  /** {@return AccECN: bytes delivered as CE} */
  public long deliveredCeBytes() {
    return get(TcpField.DELIVERED_CE_BYTES);
  }

  /** {@return AccECN: bytes received as ECT(1)} */
  public long receivedE1Bytes() {
    return get(TcpField.RECEIVED_E1_BYTES);
  }

  /** {@return AccECN: bytes received as ECT(0)} */
  public long receivedE0Bytes() {
    return get(TcpField.RECEIVED_E0_BYTES);
  }

  /** {@return AccECN: bytes received as CE} */
  public long receivedCeBytes() {
    return get(TcpField.RECEIVED_CE_BYTES);
  }

  /** {@return AccECN: what was negotiated} */
  public long accecn() {
    return get(TcpField.ACCECN);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TcpInfo that
        && size == that.size
        && Arrays.equals(bytes, at, at + size, that.bytes, that.at, that.at + size);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bytesSent() * 31 + bytesReceived()) * 31 + Long.hashCode(rtt());
  }

  @Override
  public String toString() {
    return "TcpInfo[rtt=" + rtt() + ", sndCwnd=" + sndCwnd() + ", deliveryRate=" + deliveryRate()
        + ", bytesSent=" + bytesSent() + ", bytesReceived=" + bytesReceived() + "]";
  }
}
