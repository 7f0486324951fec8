// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** The connection is plain TCP, and MPTCP was insisted on. */
public final class FellBackException extends MptcpException {
  private static final long serialVersionUID = 1;

  FellBackException(ErrorKind kind, int osCode, String message) {
    super(kind, osCode, message);
  }
}
