// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** What an {@link EventStream} tells of. */
public enum Scope {
  /** Connections given to {@link EventStream#add(ConnectionRef)}. */
  ADDED,

  /** Every connection and listener of the network namespace; needs CAP_NET_ADMIN. Those that are
   * added have subflow ids and sampling besides. */
  NAMESPACE;

  /** {@return the word that every language of libmptcp uses: {@code "added"}} */
  public String word() {
    return Words.of(this);
  }
}
