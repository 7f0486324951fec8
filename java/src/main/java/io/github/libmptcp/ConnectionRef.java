// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;

/**
 * Which connection: one of our sockets, or, for whoever may, any token of the network namespace.
 *
 * <p>A reference to a socket or channel does not keep it open: what is asked once it is closed
 * fails.
 */
public final class ConnectionRef {
  private interface Number {
    long get() throws IOException;
  }

  private final Number number;
  private final Object named; // kept alive while it is referred to
  private final boolean isToken;

  private ConnectionRef(Object named, Number number, boolean isToken) {
    this.named = named;
    this.number = number;
    this.isToken = isToken;
  }

  /**
   * {@return a reference to a socket's connection}
   *
   * @param socket a socket
   */
  public static ConnectionRef of(Socket socket) {
    return new ConnectionRef(socket, () -> Descriptors.of(socket), false);
  }

  /**
   * {@return a reference to a channel's connection}
   *
   * @param channel a channel
   */
  public static ConnectionRef of(SocketChannel channel) {
    return new ConnectionRef(channel, () -> Descriptors.of(channel), false);
  }

  /**
   * {@return a reference to a descriptor's connection}
   *
   * @param descriptor a descriptor
   */
  public static ConnectionRef of(FileDescriptor descriptor) {
    return new ConnectionRef(descriptor, () -> Descriptors.of(descriptor), false);
  }

  /**
   * {@return a reference to a descriptor's connection}
   *
   * @param fd the number of a descriptor
   */
  public static ConnectionRef of(int fd) {
    return new ConnectionRef("descriptor " + fd, () -> fd, false);
  }

  /**
   * {@return a reference to a connection of this network namespace, whoever owns it}
   *
   * @param token its local token, as in {@link ListedConnection#token()}
   */
  public static ConnectionRef ofToken(long token) {
    String name = String.format("token 0x%08x", token);
    return new ConnectionRef(name, () -> Native.mptcp_connection_from_token((int) token), true);
  }

  /** As the C ABI refers to it. */
  long number() throws IOException {
    return number.get();
  }

  int fd() throws IOException {
    if (isToken) throw Failures.invalid(named + ": a descriptor is needed, not a token");
    return (int) number.get();
  }

  @Override
  public String toString() {
    return named.toString();
  }
}
