// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;

/** The root of this library's exceptions, for those kinds that have no better class in the JDK. */
public class MptcpException extends IOException implements MptcpFailure {
  private static final long serialVersionUID = 1;

  /** What stands in the way. */
  private final ErrorKind kind;

  /** The errno behind it, or 0. */
  private final int osCode;

  MptcpException(ErrorKind kind, int osCode, String message) {
    super(message);
    this.kind = kind;
    this.osCode = osCode;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }

  @Override
  public int osCode() {
    return osCode;
  }
}
