// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes the JDK's sockets speak MPTCP, for whatever takes a {@link SocketFactory}: JDBC drivers,
 * HTTP clients, mail, LDAP.
 */
public final class MptcpSocketFactory extends SocketFactory {
  private static final MptcpSocketFactory DEFAULT = new MptcpSocketFactory();

  private final Fallback fallback;

  /** Falls back to plain TCP where the machine has no MPTCP. */
  public MptcpSocketFactory() {
    this(Fallback.ALLOWED);
  }

  /**
   * Insists on MPTCP, or not.
   *
   * @param fallback what is wanted where the machine has no MPTCP
   */
  public MptcpSocketFactory(Fallback fallback) {
    this.fallback = fallback;
  }

  /** {@return the one that falls back; frameworks that are given a class's name look for this} */
  public static SocketFactory getDefault() {
    return DEFAULT;
  }

  @Override
  public Socket createSocket() throws IOException {
    return Mptcp.openSocket(fallback);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connect(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connect(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connect(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return connect(
        new InetSocketAddress(address, port), new InetSocketAddress(localAddress, localPort));
  }

  private Socket connect(InetSocketAddress peer, InetSocketAddress local) throws IOException {
    Socket socket = createSocket();
    try {
      if (local != null) socket.bind(local);
      socket.connect(peer);
      return socket;
    } catch (IOException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }
}
