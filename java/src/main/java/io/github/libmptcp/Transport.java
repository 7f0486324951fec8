// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What a socket speaks, or will ask its peer to speak. */
public enum Transport {
  /** Plain TCP. */
  TCP,

  /** Multipath TCP. */
  MPTCP;

  /** {@return the word that every language of libmptcp uses: {@code "tcp"}} */
  public String word() {
    return Words.of(this);
  }
}
