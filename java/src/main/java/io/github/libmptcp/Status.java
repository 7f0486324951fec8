// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What a connection really is, now. It can fall back as late as its first data, and the kernel does
 * not announce it: ask again rather than remember. */
public enum Status {
  /** An MPTCP socket without a peer: fresh, listening, connecting, refused, reset, closed. */
  UNCONNECTED,

  /** Both ends speak MPTCP. */
  MPTCP,

  /** MPTCP was asked for; the peer or the network answered in plain TCP. */
  FELL_BACK,

  /** Never was MPTCP; also: accepted from a peer that did not ask for it. */
  TCP;

  /** {@return the word that every language of libmptcp uses: {@code "unconnected"}} */
  public String word() {
    return Words.of(this);
  }
}
