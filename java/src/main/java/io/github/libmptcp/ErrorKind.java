// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What stands in the way. A kind exists where callers act differently, not where causes differ. */
public enum ErrorKind {
  /** The call can never succeed as it was written. */
  INVALID_ARGUMENT,

  /** This kernel lacks it. */
  NOT_SUPPORTED,

  /** A sysctl says no. */
  DISABLED,

  /** The connection is plain TCP, and MPTCP was insisted on. */
  FELL_BACK,

  /** Somebody with more rights may. */
  NOT_PERMITTED,

  /** No such connection, subflow, address id, endpoint. */
  NOT_FOUND,

  /** The address, id or subflow is in use. */
  ALREADY_EXISTS,

  /** A limit of this host, or of the peer, refuses one more. */
  LIMIT_REACHED,

  /** The time ran out first. */
  TIMED_OUT,

  /** Nothing to do now. */
  WOULD_BLOCK,

  /** The peer or the kernel spoke nonsense. */
  MALFORMED,

  /** Anything else: {@link MptcpFailure#osCode()} is the errno. */
  SYSTEM;

  /** {@return the word that every language of libmptcp uses: {@code "invalid_argument"}} */
  public String word() {
    return Words.of(this);
  }
}
