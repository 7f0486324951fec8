// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What {@link PathControl#close(ConnectionRef, SubflowRef, java.time.Duration, LastSubflow)} does to the last one. */
public enum LastSubflow {
  /** Refuses to close it. */
  KEEP,

  /** Closes it: the connection lives on without a path, for a later open, until the peer gives up
   * (60 s by default). */
  MAY_CLOSE;

  /** {@return the word that every language of libmptcp uses: {@code "keep"}} */
  public String word() {
    return Words.of(this);
  }
}
