// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/**
 * Makes the JDK's listening sockets accept MPTCP, plain TCP as well, for whatever takes a {@link
 * ServerSocketFactory}.
 */
public final class MptcpServerSocketFactory extends ServerSocketFactory {
  private static final MptcpServerSocketFactory DEFAULT = new MptcpServerSocketFactory();
  private static final int USUAL_BACKLOG = 50;

  private final Fallback fallback;

  /** Falls back to plain TCP where the machine has no MPTCP. */
  public MptcpServerSocketFactory() {
    this(Fallback.ALLOWED);
  }

  /**
   * Insists on MPTCP, or not.
   *
   * @param fallback what is wanted where the machine has no MPTCP
   */
  public MptcpServerSocketFactory(Fallback fallback) {
    this.fallback = fallback;
  }

  /** {@return the one that falls back; frameworks that are given a class's name look for this} */
  public static ServerSocketFactory getDefault() {
    return DEFAULT;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return Mptcp.openServerSocket(fallback);
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, USUAL_BACKLOG, null);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, null);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    ServerSocket socket = createServerSocket();
    try {
      socket.bind(new InetSocketAddress(address, port), backlog);
      return socket;
    } catch (IOException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }
}
