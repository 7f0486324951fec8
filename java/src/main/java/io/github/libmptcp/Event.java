// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Something that happened to a connection.
 *
 * @param kind what
 * @param origin how it was found out
 * @param timeNs when the stream learned of it: nanoseconds by the clock of {@link System#nanoTime()}
 * @param token the connection's local token; 0 for listener events, and when it was never known
 * @param fd of a connection that was added: its descriptor then
 * @param connection of a connection that was added: what was given to add it
 * @param subflow its id; 0 when untold: only connections that were added have it
 * @param local our address
 * @param remote the peer's
 * @param localId the address id of our end
 * @param remoteId the address id of the peer's
 * @param interfaceIndex of a subflow bound to a device
 * @param backup as the peer asked
 * @param serverSide whether we accepted the connection
 * @param error an errno
 * @param resetReason as in RFC 8684, 3.6
 */
public record Event(
    EventKind kind,
    EventOrigin origin,
    long timeNs,
    long token,
    OptionalInt fd,
    Optional<ConnectionRef> connection,
    long subflow,
    Optional<InetSocketAddress> local,
    Optional<InetSocketAddress> remote,
    OptionalInt localId,
    OptionalInt remoteId,
    OptionalInt interfaceIndex,
    Optional<Boolean> backup,
    Optional<Boolean> serverSide,
    OptionalInt error,
    OptionalLong resetReason) {

  private static final EventKind[] KINDS = EventKind.values();
  private static final EventOrigin[] ORIGINS = EventOrigin.values();
  private static final int PRESENT = Native.EVENT_PRESENT;

  static Event of(Packed event, IntFunction<ConnectionRef> connections) {
    OptionalInt fd = event.optionalNumber(
        Native.EVENT_FD, PRESENT, Native.LIBMPTCP_EVENT_HAS_FD);
    return new Event(
        KINDS[event.intAt(Native.EVENT_KIND)],
        ORIGINS[event.intAt(Native.EVENT_ORIGIN)],
        event.longAt(Native.EVENT_TIME_NS),
        event.unsignedAt(Native.EVENT_TOKEN),
        fd,
        fd.isPresent() ? Optional.ofNullable(connections.apply(fd.getAsInt())) : Optional.empty(),
        event.unsignedAt(Native.EVENT_SUBFLOW),
        event.optionalAddress(Native.EVENT_LOCAL, PRESENT, Native.LIBMPTCP_EVENT_HAS_LOCAL),
        event.optionalAddress(Native.EVENT_REMOTE, PRESENT, Native.LIBMPTCP_EVENT_HAS_REMOTE),
        event.optionalByte(Native.EVENT_LOCAL_ID, PRESENT, Native.LIBMPTCP_EVENT_HAS_LOCAL_ID),
        event.optionalByte(Native.EVENT_REMOTE_ID, PRESENT, Native.LIBMPTCP_EVENT_HAS_REMOTE_ID),
        event.optionalNumber(
            Native.EVENT_INTERFACE_INDEX, PRESENT, Native.LIBMPTCP_EVENT_HAS_INTERFACE),
        event.optionalBoolean(Native.EVENT_BACKUP, PRESENT, Native.LIBMPTCP_EVENT_HAS_BACKUP),
        event.optionalBoolean(
            Native.EVENT_SERVER_SIDE, PRESENT, Native.LIBMPTCP_EVENT_HAS_SERVER_SIDE),
        event.optionalNumber(
            Native.EVENT_ERROR_CODE, PRESENT, Native.LIBMPTCP_EVENT_HAS_ERROR_CODE),
        event.optionalInt(
            Native.EVENT_RESET_REASON, PRESENT, Native.LIBMPTCP_EVENT_HAS_RESET_REASON));
  }
}
