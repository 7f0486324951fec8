// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** A TCP state, in the order of the kernel's numbers. */
public enum TcpState {
  /** A state that this library does not know. */
  UNKNOWN,

  /** Data may flow. */
  ESTABLISHED,

  /** Asked, not answered. */
  SYN_SENT,

  /** Answered, not confirmed. */
  SYN_RECV,

  /** We have finished; not acknowledged. */
  FIN_WAIT1,

  /** We have finished; the peer has not. */
  FIN_WAIT2,

  /** Over; late segments are waited for. */
  TIME_WAIT,

  /** Over. */
  CLOSE,

  /** The peer has finished; we have not. */
  CLOSE_WAIT,

  /** Both have finished; ours is not acknowledged. */
  LAST_ACK,

  /** Listening. */
  LISTEN,

  /** Both have finished at once. */
  CLOSING,

  /** A request that has no socket yet. */
  NEW_SYN_RECV,

  /** Bound, and no more. */
  BOUND_INACTIVE;

  /** {@return the word that every language of libmptcp uses: {@code "unknown"}} */
  public String word() {
    return Words.of(this);
  }

  private static final TcpState[] STATES = values();

  static TcpState ofNumber(int number) {
    return number > 0 && number < STATES.length ? STATES[number] : UNKNOWN;
  }
}
