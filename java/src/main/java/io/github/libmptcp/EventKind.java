// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What happened. */
public enum EventKind {
  /** A connection has two MPTCP ends. */
  CREATED,

  /** Others may join from now on. */
  ESTABLISHED,

  /** It is gone, and with it the subflows that it still had. */
  CLOSED,

  /** The peer announced an address: {@code remoteId}, {@code remote}. */
  ANNOUNCED,

  /** The peer withdrew one: {@code remoteId}. */
  REMOVED,

  /** A join came up; may be taken back at once by a peer over its limits. */
  SUBFLOW_ESTABLISHED,

  /** Or never came up; {@code error} says why, where the kernel tells. */
  SUBFLOW_CLOSED,

  /** The peer set or cleared backup. */
  SUBFLOW_PRIORITY,

  /** An MPTCP socket listens on {@code local}. */
  LISTENER_CREATED,

  /** And no longer does. */
  LISTENER_CLOSED,

  /** The connection went on as plain TCP; found by sampling. */
  FELL_BACK,

  /** Its data is unanswered for {@link Sampling#silence()}; found by sampling. */
  SUBFLOW_SILENT,

  /** And it answers again. */
  SUBFLOW_RESUMED;

  /** {@return the word that every language of libmptcp uses: {@code "created"}} */
  public String word() {
    return Words.of(this);
  }

  /**
   * {@return the kind that a word names}
   *
   * @param word as {@link #word()} writes it
   * @throws IllegalArgumentException when it names none
   */
  public static EventKind ofWord(String word) {
    return Words.parse(EventKind.class, word, "event kind");
  }
}
