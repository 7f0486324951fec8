// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/** This kernel lacks it ({@link ErrorKind#NOT_SUPPORTED}), or a sysctl says no ({@link
 * ErrorKind#DISABLED}). */
public final class NotSupportedException extends MptcpException {
  private static final long serialVersionUID = 1;

  NotSupportedException(ErrorKind kind, int osCode, String message) {
    super(kind, osCode, message);
  }
}
