// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/**
 * Limits of the kernel's path manager, for each connection that it looks after.
 *
 * @param addAddrAccepted how many announced addresses are taken up
 * @param subflows how many subflows there may be beside the initial one
 */
public record Limits(int addAddrAccepted, int subflows) {
  static Limits of(Packed packed) {
    return new Limits(packed.intAt(Native.LIMITS_ADD_ADDR_ACCEPTED),
        packed.intAt(Native.LIMITS_SUBFLOWS));
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.LIMITS_SIZE);
    packed.putInt(Native.LIMITS_ADD_ADDR_ACCEPTED, addAddrAccepted);
    packed.putInt(Native.LIMITS_SUBFLOWS, subflows);
    return packed.bytes;
  }
}
