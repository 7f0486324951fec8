// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/**
 * What every exception of this library is, whatever class of the JDK it extends.
 *
 * <p>An {@link IllegalArgumentException}, a {@link java.net.SocketTimeoutException}, a {@link
 * java.net.ConnectException} of ours implements it too, so that one {@code instanceof} tells.
 */
public interface MptcpFailure {
  /** {@return what stands in the way} */
  ErrorKind kind();

  /** {@return the errno behind it, or 0} */
  int osCode();

  /** {@return one line that says what was attempted, on what, and what the kernel said} */
  String getMessage();
}
