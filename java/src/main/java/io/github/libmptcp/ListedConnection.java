// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A connection of this network namespace, whoever owns it.
 *
 * @param token its local token
 * @param state its state, as that of a TCP connection
 * @param local our address and port
 * @param remote the peer's
 * @param owner the user's number
 * @param inode of its socket, as in {@code /proc/PID/fd}
 * @param pid a process that holds it, where {@code /proc} may be read
 * @param fd its descriptor there
 * @param process the process's name, or ""
 * @param info its totals; bit 0 of {@code flags} tells of a client that asked for MPTCP and fell
 *     back
 * @param subflows its paths, with detail; ids are 0: only the owner is told
 */
public record ListedConnection(
    long token,
    TcpState state,
    InetSocketAddress local,
    InetSocketAddress remote,
    long owner,
    long inode,
    OptionalInt pid,
    OptionalInt fd,
    String process,
    ConnectionInfo info,
    List<Subflow> subflows) {

  private static final int PRESENT = Native.LISTED_PRESENT;
  private static final int PROCESS_ROOM = 32;

  static List<ListedConnection> list() throws IOException {
    long[] list = new long[1];
    int count = Native.mptcp_connection_list_open(list);
    try {
      List<ListedConnection> all = new ArrayList<>(count);
      for (int i = 0; i < count; i++) all.add(at(list[0], i));
      return List.copyOf(all);
    } finally {
      Native.mptcp_connection_list_close(list[0]);
    }
  }

  private static ListedConnection at(long list, int index) throws IOException {
    Packed one = Packed.ofSize(Native.LISTED_SIZE);
    Native.mptcp_connection_list_get(list, index, one.bytes);
    Packed info = Packed.ofSize(Native.INFO_SIZE);
    Native.mptcp_connection_list_get_info(list, index, info.bytes);
    return new ListedConnection(
        one.unsignedAt(Native.LISTED_TOKEN),
        TcpState.ofNumber(one.intAt(Native.LISTED_STATE)),
        one.addressAt(Native.LISTED_LOCAL),
        one.addressAt(Native.LISTED_REMOTE),
        one.unsignedAt(Native.LISTED_OWNER),
        one.longAt(Native.LISTED_INODE),
        one.optionalNumber(Native.LISTED_PID, PRESENT, Native.LIBMPTCP_LISTED_HAS_PID),
        one.optionalNumber(Native.LISTED_FD, PRESENT, Native.LIBMPTCP_LISTED_HAS_FD),
        one.textAt(Native.LISTED_PROCESS, PROCESS_ROOM),
        ConnectionInfo.of(info),
        Subflow.list(Native.listedSubflows(list, index)));
  }
}
