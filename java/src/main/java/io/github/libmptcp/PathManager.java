// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** Who decides on the paths of a connection. */
public enum PathManager {
  /** The kernel, by its endpoints and limits. */
  KERNEL,

  /** Programs, this library among them. */
  USERSPACE,

  /** Something else that this kernel has. */
  OTHER;

  /** {@return the word that every language of libmptcp uses: {@code "kernel"}} */
  public String word() {
    return Words.of(this);
  }
}
