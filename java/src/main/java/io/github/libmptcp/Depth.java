// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** How much {@link Mptcp#subflows(int, Depth)} asks. */
public enum Depth {
  /** One system call: all subflows at one instant. */
  SNAPSHOT,

  /** Matched with sock_diag, one exchange more for each subflow: {@link Subflow#detail()} is there,
   * but for a subflow that vanished in between. */
  DETAIL;

  /** {@return the word that every language of libmptcp uses: {@code "snapshot"}} */
  public String word() {
    return Words.of(this);
  }
}
