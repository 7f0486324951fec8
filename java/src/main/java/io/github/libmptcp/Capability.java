// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** Something that a machine, a user and a network namespace allow or not. */
public enum Capability {
  /** Opening MPTCP sockets. */
  MPTCP_SOCKETS,

  /** Status, token and totals of a connection. */
  CONNECTION_INFO,

  /** Subflow ids, and all subflows at one instant. */
  FULL_INFO,

  /** Backup bits and address ids. */
  SUBFLOW_DETAIL,

  /** The connections of the whole network namespace. */
  CONNECTION_LISTING,

  /** Which path manager a connection has. */
  PATH_MANAGER_QUERY,

  /** Opening, closing, preferring and announcing paths. */
  MANAGE_PATHS,

  /** The kernel has one. */
  USERSPACE_PATH_MANAGER,

  /** Setting the namespace's path manager. */
  CHANGE_PATH_MANAGER,

  /** Converting one unconnected socket alone. */
  CONVERT_PATH_MANAGER,

  /** Closing subflows under the kernel's path manager too. */
  DESTROY_SOCKETS,

  /** The kernel's notifications. */
  EVENTS,

  /** Descriptors of the user's other processes. */
  DESCRIPTOR_PASSING,

  /** Labs of hosts and paths. */
  NETWORK_LAB;

  /** {@return the word that every language of libmptcp uses: {@code "mptcp_sockets"}} */
  public String word() {
    return Words.of(this);
  }

  /** {@return one sentence: what a program can do with it} */
  public String description() {
    return Native.mptcp_capability_describe(ordinal());
  }

  /**
   * {@return the capability that a word names}
   *
   * @param word as {@link #word()} writes it
   * @throws IllegalArgumentException when it names none
   */
  public static Capability ofWord(String word) {
    return Words.parse(Capability.class, word, "capability");
  }
}
