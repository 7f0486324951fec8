// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** Somebody with more rights may: {@link Mptcp#capabilities()} tells how to get them. */
public final class NotPermittedException extends MptcpException {
  private static final long serialVersionUID = 1;

  NotPermittedException(ErrorKind kind, int osCode, String message) {
    super(kind, osCode, message);
  }
}
