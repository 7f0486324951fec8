// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * Makes every channel of a JVM speak MPTCP, and with them all that is built on channels ({@code
 * java.net.http.HttpClient}, {@code com.sun.net.httpserver}, Netty's NIO transport), by
 *
 * <pre>-Djava.nio.channels.spi.SelectorProvider=io.github.libmptcp.MptcpSelectorProvider</pre>
 *
 * <p>The channels are the JDK's own; only what is behind their descriptors is another socket. Where
 * the machine has no MPTCP they stay plain TCP. {@link java.net.Socket} does not come from here:
 * there, use a {@link MptcpSocketFactory}.
 */
public final class MptcpSelectorProvider extends SelectorProvider {
  private final SelectorProvider jdk;

  /**
   * For the JDK, which makes the one of a JVM.
   *
   * @throws UnsupportedOperationException if this JDK does not show its own provider
   */
  public MptcpSelectorProvider() {
    jdk = (SelectorProvider) Native.defaultSelectorProvider();
    if (jdk == null) {
      throw new UnsupportedOperationException("this JDK does not show its own SelectorProvider");
    }
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return enabled(jdk.openSocketChannel());
  }

  @Override
  public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
    SocketChannel channel = jdk.openSocketChannel(family);
    return isInternet(family) ? enabled(channel) : channel;
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return enabled(jdk.openServerSocketChannel());
  }

  @Override
  public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
    ServerSocketChannel channel = jdk.openServerSocketChannel(family);
    return isInternet(family) ? enabled(channel) : channel;
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    return jdk.openDatagramChannel();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    return jdk.openDatagramChannel(family);
  }

  @Override
  public Pipe openPipe() throws IOException {
    return jdk.openPipe();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    return jdk.openSelector();
  }

  @Override
  public Channel inheritedChannel() throws IOException {
    return jdk.inheritedChannel();
  }

  private static boolean isInternet(ProtocolFamily family) {
    return family == StandardProtocolFamily.INET || family == StandardProtocolFamily.INET6;
  }

  private static <C extends Channel> C enabled(C channel) throws IOException {
    try {
      Mptcp.enable(Descriptors.of(channel));
      return channel;
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }
}
