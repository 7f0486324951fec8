// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * One path of a connection, as it was when the snapshot was taken.
 *
 * @param id unique per connection and host, never used twice; the initial one is 1; 0 where this
 *     kernel does not tell (before 6.5) and for connections that are not ours
 * @param state its TCP state
 * @param local our address and port
 * @param remote the peer's
 * @param tcp all that the kernel's TCP knows of it: round-trip time, rate, bytes
 * @param detail what only sock_diag knows, when {@link Depth#DETAIL} was asked for
 */
public record Subflow(
    long id,
    TcpState state,
    InetSocketAddress local,
    InetSocketAddress remote,
    TcpInfo tcp,
    Optional<SubflowDetail> detail) {

  static Subflow of(Packed subflow) {
    return new Subflow(
        subflow.unsignedAt(Native.SUBFLOW_ID),
        TcpState.ofNumber(subflow.intAt(Native.SUBFLOW_STATE)),
        subflow.addressAt(Native.SUBFLOW_LOCAL),
        subflow.addressAt(Native.SUBFLOW_REMOTE),
        new TcpInfo(
            subflow.bytes,
            subflow.at + Native.SUBFLOW_TCP,
            subflow.intAt(Native.SUBFLOW_TCP_SIZE)),
        SubflowDetail.of(subflow));
  }

  static List<Subflow> list(byte[] subflows) {
    return Packed.each(subflows, Native.SUBFLOW_SIZE, Subflow::of);
  }

  static List<Subflow> list(int fd, Depth depth) throws IOException {
    return list(Native.subflows(fd, depth.ordinal()));
  }
}
