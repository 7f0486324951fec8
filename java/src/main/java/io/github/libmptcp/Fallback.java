// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What is wanted where the machine has no MPTCP. */
public enum Fallback {
  /** Plain TCP. */
  ALLOWED,

  /** A {@link NotSupportedException}. */
  REFUSED;

  /** {@return the word that every language of libmptcp uses: {@code "allowed"}} */
  public String word() {
    return Words.of(this);
  }
}
