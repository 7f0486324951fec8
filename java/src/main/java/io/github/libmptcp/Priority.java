// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** How a subflow is used. */
public enum Priority {
  /** For data. */
  REGULAR,

  /** Only when no regular one works. */
  BACKUP;

  /** {@return the word that every language of libmptcp uses: {@code "regular"}} */
  public String word() {
    return Words.of(this);
  }
}
