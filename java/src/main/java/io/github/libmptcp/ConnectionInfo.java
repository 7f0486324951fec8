// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The kernel's {@code struct mptcp_info}, field by field, under its names. A field that this kernel
 * did not return is empty. Counters are of the whole connection, closed subflows included.
 *
 * @param subflows subflows beside the initial one; wraps at 256
 * @param addAddrSignal addresses that we announced
 * @param addAddrAccepted announced addresses that we took up
 * @param subflowsMax limit of the kernel's path manager
 * @param addAddrSignalMax limit of the kernel's path manager
 * @param addAddrAcceptedMax limit of the kernel's path manager
 * @param flags bit 0 fallback, bit 1 remote key received
 * @param token local token; 0 while there is none
 * @param writeSeq next data sequence number to be written
 * @param sndUna first data sequence number not acknowledged
 * @param rcvNxt next data sequence number expected
 * @param localAddrUsed local addresses in use
 * @param localAddrMax limit of local addresses
 * @param csumEnabled 1 when data is checksummed
 * @param retransmits retransmissions at the MPTCP level
 * @param bytesRetrans bytes retransmitted at the MPTCP level
 * @param bytesSent bytes sent
 * @param bytesReceived bytes received
 * @param bytesAcked bytes acknowledged
 * @param subflowsTotal subflows, the initial one included while it lives
 * @param endpLaminarMax limit of laminar endpoints
 * @param endpFullmeshMax limit of fullmesh endpoints
 * @param lastDataSent since data was sent, milliseconds
 * @param lastDataRecv since data came, milliseconds
 * @param lastAckRecv since an acknowledgement came, milliseconds
 */
public record ConnectionInfo(
    OptionalInt subflows,
    OptionalInt addAddrSignal,
    OptionalInt addAddrAccepted,
    OptionalInt subflowsMax,
    OptionalInt addAddrSignalMax,
    OptionalInt addAddrAcceptedMax,
    OptionalLong flags,
    OptionalLong token,
    OptionalLong writeSeq,
    OptionalLong sndUna,
    OptionalLong rcvNxt,
    OptionalInt localAddrUsed,
    OptionalInt localAddrMax,
    OptionalInt csumEnabled,
    OptionalLong retransmits,
    OptionalLong bytesRetrans,
    OptionalLong bytesSent,
    OptionalLong bytesReceived,
    OptionalLong bytesAcked,
    OptionalInt subflowsTotal,
    OptionalInt endpLaminarMax,
    OptionalInt endpFullmeshMax,
    OptionalLong lastDataSent,
    OptionalLong lastDataRecv,
    OptionalLong lastAckRecv) {
  static ConnectionInfo of(int fd) throws IOException {
    byte[] bytes = new byte[Native.INFO_SIZE];
    Native.mptcp_connection_get_info(fd, bytes);
    return of(new Packed(bytes));
  }

  static ConnectionInfo of(Packed info) {
    return new ConnectionInfo(
        info.optionalByte(Native.INFO_SUBFLOWS, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_SUBFLOWS),
        info.optionalByte(Native.INFO_ADD_ADDR_SIGNAL, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL),
        info.optionalByte(Native.INFO_ADD_ADDR_ACCEPTED, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED),
        info.optionalByte(Native.INFO_SUBFLOWS_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_SUBFLOWS_MAX),
        info.optionalByte(Native.INFO_ADD_ADDR_SIGNAL_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL_MAX),
        info.optionalByte(Native.INFO_ADD_ADDR_ACCEPTED_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED_MAX),
        info.optionalInt(Native.INFO_FLAGS, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_FLAGS),
        info.optionalInt(Native.INFO_TOKEN, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_TOKEN),
        info.optionalLong(Native.INFO_WRITE_SEQ, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_WRITE_SEQ),
        info.optionalLong(Native.INFO_SND_UNA, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_SND_UNA),
        info.optionalLong(Native.INFO_RCV_NXT, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_RCV_NXT),
        info.optionalByte(Native.INFO_LOCAL_ADDR_USED, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_LOCAL_ADDR_USED),
        info.optionalByte(Native.INFO_LOCAL_ADDR_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_LOCAL_ADDR_MAX),
        info.optionalByte(Native.INFO_CSUM_ENABLED, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_CSUM_ENABLED),
        info.optionalInt(Native.INFO_RETRANSMITS, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_RETRANSMITS),
        info.optionalLong(Native.INFO_BYTES_RETRANS, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_BYTES_RETRANS),
        info.optionalLong(Native.INFO_BYTES_SENT, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_BYTES_SENT),
        info.optionalLong(Native.INFO_BYTES_RECEIVED, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_BYTES_RECEIVED),
        info.optionalLong(Native.INFO_BYTES_ACKED, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_BYTES_ACKED),
        info.optionalByte(Native.INFO_SUBFLOWS_TOTAL, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_SUBFLOWS_TOTAL),
        info.optionalByte(Native.INFO_ENDP_LAMINAR_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ENDP_LAMINAR_MAX),
        info.optionalByte(Native.INFO_ENDP_FULLMESH_MAX, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_ENDP_FULLMESH_MAX),
        info.optionalInt(Native.INFO_LAST_DATA_SENT, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_LAST_DATA_SENT),
        info.optionalInt(Native.INFO_LAST_DATA_RECV, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_LAST_DATA_RECV),
        info.optionalInt(Native.INFO_LAST_ACK_RECV, Native.INFO_PRESENT, Native.LIBMPTCP_INFO_HAS_LAST_ACK_RECV));
  }
}
