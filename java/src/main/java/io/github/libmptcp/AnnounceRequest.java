// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * An address for the peer to join. Port 0 means the connection's own port, where the application
 * listens. With a port, a listener is opened there and guarded until the address is withdrawn, the
 * connection closed or the {@link PathControl} closed: joins come in, strangers are turned away.
 *
 * @param address the address
 * @param id its address id, 1 to 255
 * @param interfaceIndex the device that joins go to
 */
public record AnnounceRequest(
    InetSocketAddress address, OptionalInt id, OptionalInt interfaceIndex) {

  /**
   * {@return a request that leaves the id to the kernel's rules}
   *
   * @param address the address
   */
  public static AnnounceRequest of(InetSocketAddress address) {
    return new AnnounceRequest(address, OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * {@return a request that leaves the id to the kernel's rules}
   *
   * @param address an address as {@link Mptcp#parseAddress} reads it
   */
  public static AnnounceRequest of(String address) {
    return of(Mptcp.parseAddress(address));
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.ANNOUNCE_SIZE);
    packed.markByte(
        id, Native.ANNOUNCE_ID, Native.ANNOUNCE_PRESENT, Native.LIBMPTCP_ANNOUNCE_HAS_ID);
    packed.markInt(interfaceIndex, Native.ANNOUNCE_INTERFACE_INDEX, Native.ANNOUNCE_PRESENT,
        Native.LIBMPTCP_ANNOUNCE_HAS_INTERFACE);
    packed.putAddress(Native.ANNOUNCE_ADDRESS, address);
    return packed.bytes;
  }
}
