// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** Where an event comes from. */
public enum EventOrigin {
  /** A notification. */
  KERNEL,

  /** Found by comparing with the kernel: start, overflow, a connection's sudden end. */
  COMPARISON,

  /** Found by looking at an interval. */
  SAMPLING;

  /** {@return the word that every language of libmptcp uses: {@code "kernel"}} */
  public String word() {
    return Words.of(this);
  }
}
