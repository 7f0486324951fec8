// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An address of this host that the kernel's path manager uses, for all connections that it looks
 * after.
 *
 * @param id its address id; 0 when adding: the kernel allots one
 * @param address the address
 * @param interfaceIndex the device that it is bound to, if it is
 * @param rawFlags the kernel's flag word; unknown bits are kept
 */
public record Endpoint(
    int id, InetSocketAddress address, OptionalInt interfaceIndex, int rawFlags) {

  /**
   * {@return an endpoint to add}
   *
   * @param address the address
   * @param flags what the kernel is to do with it
   */
  public static Endpoint of(InetSocketAddress address, EndpointFlag... flags) {
    return new Endpoint(0, address, OptionalInt.empty(), EndpointFlag.bits(flags));
  }

  /** {@return the flags that this library knows} */
  public Set<EndpointFlag> flags() {
    return EndpointFlag.of(rawFlags);
  }

  static Endpoint of(Packed packed) {
    int index = packed.intAt(Native.ENDPOINT_INTERFACE_INDEX);
    return new Endpoint(
        packed.intAt(Native.ENDPOINT_ID),
        packed.addressAt(Native.ENDPOINT_ADDRESS),
        index == 0 ? OptionalInt.empty() : OptionalInt.of(index),
        packed.intAt(Native.ENDPOINT_FLAGS));
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.ENDPOINT_SIZE);
    packed.putInt(Native.ENDPOINT_ID, id);
    packed.putAddress(Native.ENDPOINT_ADDRESS, address);
    packed.putInt(Native.ENDPOINT_INTERFACE_INDEX, interfaceIndex.orElse(0));
    packed.putInt(Native.ENDPOINT_FLAGS, rawFlags);
    return packed.bytes;
  }
}
