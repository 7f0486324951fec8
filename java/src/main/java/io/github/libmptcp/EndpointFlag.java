// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.EnumSet;
import java.util.Set;

/** What the kernel's path manager does with an endpoint. */
public enum EndpointFlag {
  /** Announces it to peers. */
  SIGNAL,

  /** Opens subflows from it. */
  SUBFLOW,

  /** Such subflows are backups. */
  BACKUP,

  /** Opens one to each address that the peer announced. */
  FULLMESH,

  /** The kernel made it, because a connection uses the address. */
  IMPLICIT,

  /** Opens subflows from it to announced addresses only. */
  LAMINAR;

  /** {@return the word that every language of libmptcp uses: {@code "signal"}} */
  public String word() {
    return Words.of(this);
  }

  /** {@return its bit in the kernel's flag word} */
  public int bit() {
    return 1 << ordinal();
  }

  /**
   * {@return the flags whose bits are set; unknown bits are left out}
   *
   * @param flags the kernel's flag word
   */
  public static Set<EndpointFlag> of(int flags) {
    EnumSet<EndpointFlag> set = EnumSet.noneOf(EndpointFlag.class);
    for (EndpointFlag flag : values()) {
      if ((flags & flag.bit()) != 0) set.add(flag);
    }
    return set;
  }

  static int bits(EndpointFlag... flags) {
    int bits = 0;
    for (EndpointFlag flag : flags) bits |= flag.bit();
    return bits;
  }
}
