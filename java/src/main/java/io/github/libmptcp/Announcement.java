// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetSocketAddress;

/**
 * What was announced.
 *
 * @param id its address id, for {@link PathControl#withdraw}
 * @param address the address
 */
public record Announcement(int id, InetSocketAddress address) {
  static Announcement of(Packed packed) {
    return new Announcement(
        packed.intAt(Native.ANNOUNCEMENT_ID), packed.addressAt(Native.ANNOUNCEMENT_ADDRESS));
  }
}
