// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A subflow to open. Name at least one of {@code local}, {@code remote} and {@code interfaceIndex};
 * the rest is filled in: the peer's first address and port, the local address that routing (or the
 * interface) gives, a free port, ids by the kernel's rules.
 *
 * @param local from where; port 0 is any
 * @param remote to where; port 0 is the connection's own
 * @param interfaceIndex by which device, as in {@link NetworkInterface#getIndex()}
 * @param priority how it will be used
 * @param localId the address id of our end, 1 to 255
 * @param remoteId the address id of the peer's, 0 to 255
 */
public record OpenRequest(
    Optional<InetSocketAddress> local,
    Optional<InetSocketAddress> remote,
    OptionalInt interfaceIndex,
    Priority priority,
    OptionalInt localId,
    OptionalInt remoteId) {

  private static final OpenRequest NOTHING = new OpenRequest(Optional.empty(), Optional.empty(),
      OptionalInt.empty(), Priority.REGULAR, OptionalInt.empty(), OptionalInt.empty());

  /**
   * {@return a request for a subflow from an address}
   *
   * @param local an address as {@link Mptcp#parseAddress} reads it
   */
  public static OpenRequest from(String local) {
    return from(Mptcp.parseAddress(local));
  }

  /**
   * {@return a request for a subflow from an address}
   *
   * @param local one of this host's
   */
  public static OpenRequest from(InetAddress local) {
    return from(new InetSocketAddress(local, 0));
  }

  /**
   * {@return a request for a subflow from an address}
   *
   * @param local one of this host's; port 0 is any
   */
  public static OpenRequest from(InetSocketAddress local) {
    return NOTHING.withLocal(local);
  }

  /**
   * {@return a request for a subflow to an address}
   *
   * @param remote one of the peer's; port 0 is the connection's own
   */
  public static OpenRequest to(InetSocketAddress remote) {
    return NOTHING.withRemote(remote);
  }

  /**
   * {@return a request for a subflow by a device}
   *
   * @param index as in {@link NetworkInterface#getIndex()}
   */
  public static OpenRequest by(int index) {
    return NOTHING.withInterface(index);
  }

  /**
   * {@return a request for a subflow by a device}
   *
   * @param device the device
   */
  public static OpenRequest by(NetworkInterface device) {
    return by(device.getIndex());
  }

  /**
   * {@return the same from an address}
   *
   * @param address one of this host's; port 0 is any
   */
  public OpenRequest withLocal(InetSocketAddress address) {
    return new OpenRequest(
        Optional.of(address), remote, interfaceIndex, priority, localId, remoteId);
  }

  /**
   * {@return the same to an address}
   *
   * @param address one of the peer's; port 0 is the connection's own
   */
  public OpenRequest withRemote(InetSocketAddress address) {
    return new OpenRequest(
        local, Optional.of(address), interfaceIndex, priority, localId, remoteId);
  }

  /**
   * {@return the same by a device}
   *
   * @param index as in {@link NetworkInterface#getIndex()}
   */
  public OpenRequest withInterface(int index) {
    return new OpenRequest(local, remote, OptionalInt.of(index), priority, localId, remoteId);
  }

  /**
   * {@return the same with a priority}
   *
   * @param wanted how the subflow will be used
   */
  public OpenRequest withPriority(Priority wanted) {
    return new OpenRequest(local, remote, interfaceIndex, wanted, localId, remoteId);
  }

  /**
   * {@return the same with an address id of our end}
   *
   * @param id 1 to 255
   */
  public OpenRequest withLocalId(int id) {
    return new OpenRequest(local, remote, interfaceIndex, priority, OptionalInt.of(id), remoteId);
  }

  /**
   * {@return the same with an address id of the peer's end}
   *
   * @param id 0 to 255
   */
  public OpenRequest withRemoteId(int id) {
    return new OpenRequest(local, remote, interfaceIndex, priority, localId, OptionalInt.of(id));
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.OPEN_SIZE);
    int present = Native.OPEN_PRESENT;
    packed.putInt(Native.OPEN_PRIORITY, priority.ordinal());
    packed.markAddress(local, Native.OPEN_LOCAL, present, Native.LIBMPTCP_OPEN_HAS_LOCAL);
    packed.markAddress(remote, Native.OPEN_REMOTE, present, Native.LIBMPTCP_OPEN_HAS_REMOTE);
    packed.markInt(interfaceIndex, Native.OPEN_INTERFACE_INDEX, present,
        Native.LIBMPTCP_OPEN_HAS_INTERFACE);
    packed.markByte(localId, Native.OPEN_LOCAL_ID, present, Native.LIBMPTCP_OPEN_HAS_LOCAL_ID);
    packed.markByte(remoteId, Native.OPEN_REMOTE_ID, present, Native.LIBMPTCP_OPEN_HAS_REMOTE_ID);
    return packed.bytes;
  }
}
