// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What only sock_diag knows of a subflow. The two backup bits and the address ids need Linux 6.15,
 * or CAP_NET_ADMIN before that; they are empty where the kernel does not tell.
 *
 * @param backup whether we asked the peer to use it as a backup
 * @param backupByPeer whether the peer asked us to
 * @param localId the address id of our end
 * @param remoteId the address id of the peer's
 * @param fullyEstablished of the initial subflow: whether others may join now
 * @param congestionControl its name: {@code "cubic"}
 * @param owner the user's number
 * @param inode of the connection's socket, as in {@code /proc/PID/fd}
 * @param interfaceIndex the device that it is bound to, if it is
 */
public record SubflowDetail(
    Optional<Boolean> backup,
    Optional<Boolean> backupByPeer,
    OptionalInt localId,
    OptionalInt remoteId,
    Optional<Boolean> fullyEstablished,
    String congestionControl,
    long owner,
    long inode,
    OptionalInt interfaceIndex) {

  private static final int PRESENT = Native.SUBFLOW_PRESENT;

  static Optional<SubflowDetail> of(Packed subflow) {
    if (!subflow.has(PRESENT, Native.LIBMPTCP_SUBFLOW_HAS_DETAIL)) return Optional.empty();
    int index = subflow.intAt(Native.SUBFLOW_INTERFACE_INDEX);
    return Optional.of(new SubflowDetail(
        subflow.optionalBoolean(
            Native.SUBFLOW_BACKUP, PRESENT, Native.LIBMPTCP_SUBFLOW_HAS_BACKUP),
        subflow.optionalBoolean(
            Native.SUBFLOW_BACKUP_BY_PEER, PRESENT, Native.LIBMPTCP_SUBFLOW_HAS_BACKUP_BY_PEER),
        subflow.optionalByte(
            Native.SUBFLOW_LOCAL_ID, PRESENT, Native.LIBMPTCP_SUBFLOW_HAS_LOCAL_ID),
        subflow.optionalByte(
            Native.SUBFLOW_REMOTE_ID, PRESENT, Native.LIBMPTCP_SUBFLOW_HAS_REMOTE_ID),
        subflow.optionalBoolean(Native.SUBFLOW_FULLY_ESTABLISHED, PRESENT,
            Native.LIBMPTCP_SUBFLOW_HAS_FULLY_ESTABLISHED),
        subflow.textAt(Native.SUBFLOW_CONGESTION_CONTROL, 16),
        subflow.unsignedAt(Native.SUBFLOW_OWNER),
        subflow.longAt(Native.SUBFLOW_INODE),
        index == 0 ? OptionalInt.empty() : OptionalInt.of(index)));
  }
}
