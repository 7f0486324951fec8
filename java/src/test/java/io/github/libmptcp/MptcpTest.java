// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turning MPTCP on and asking afterwards, over loopback, for every kind of socket. */
class MptcpTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  private static void pass(Socket from, Socket to, byte... bytes) throws IOException {
    from.getOutputStream().write(bytes);
    assertArrayEquals(bytes, to.getInputStream().readNBytes(bytes.length));
  }

  private static Throwable thrownBy(Network.Step<?> step) {
    try {
      step.run();
      return null;
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  @Test
  void is_available_here() {
    assertTrue(Mptcp.isAvailable(), () -> Mptcp.unavailabilityReason().toString());
    assertEquals(System.getProperty("project.version"), Mptcp.version());
  }

  @Test
  void enables_plain_sockets_that_then_are_mptcp_at_both_ends() throws IOException {
    try (ServerSocket listener = new ServerSocket(); Socket client = new Socket()) {
      assertEquals(Transport.MPTCP, Mptcp.enable(listener));
      assertEquals(Transport.MPTCP, Mptcp.enable(client));
      assertEquals(Status.UNCONNECTED, Mptcp.status(client));
      assertTrue(listener.getReuseAddress(), "options are carried over");
      listener.bind(new InetSocketAddress(HERE, 0));
      client.connect(listener.getLocalSocketAddress());
      try (Socket accepted = listener.accept()) {
        pass(client, accepted, (byte) 1);
        pass(accepted, client, (byte) 2);
        assertEquals(Status.MPTCP, Mptcp.status(client));
        assertEquals(Status.MPTCP, Mptcp.status(accepted));
        assertEquals(List.of(), Mptcp.subflows(listener));
        Subflow subflow = Mptcp.subflows(client, Depth.DETAIL).get(0);
        assertEquals(1, subflow.id());
        assertEquals(TcpState.ESTABLISHED, subflow.state());
        assertEquals(client.getLocalSocketAddress(), subflow.local());
        assertEquals(client.getRemoteSocketAddress(), subflow.remote());
        assertTrue(subflow.tcp().rtt() > 0);
        assertEquals(subflow.tcp().rtt(), subflow.tcp().find(TcpField.RTT).getAsLong());
        assertEquals(1, subflow.tcp().bytesReceived());
        assertFalse(subflow.detail().orElseThrow().congestionControl().isEmpty());
        ConnectionInfo info = Mptcp.info(client);
        assertEquals(1, info.bytesReceived().orElse(1));
        assertTrue(info.token().getAsLong() != 0);
      }
    }
  }

  @Test
  void enables_channels_and_sees_a_peer_without_mptcp_as_fallen_back() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      Mptcp.enable(client, Fallback.REFUSED);
      listener.bind(new InetSocketAddress(HERE, 0));
      client.connect(listener.getLocalAddress());
      try (SocketChannel accepted = listener.accept()) {
        client.write(ByteBuffer.wrap(new byte[] {1}));
        accepted.read(ByteBuffer.allocate(1));
        assertEquals(Status.FELL_BACK, Mptcp.status(client));
        assertEquals(Status.TCP, Mptcp.status(accepted));
        assertEquals(Status.FELL_BACK, Mptcp.status(client.socket()), "the channel's adaptor");
        FellBackException fell =
            assertThrows(FellBackException.class, () -> Mptcp.subflows(client));
        assertEquals(ErrorKind.FELL_BACK, fell.kind());
        assertThrows(IllegalArgumentException.class, () -> Mptcp.info(accepted));
      }
    }
  }

  @Test
  void opens_sockets_channels_and_descriptors() throws IOException {
    try (Socket socket = Mptcp.openSocket(Fallback.REFUSED);
        ServerSocket listener = Mptcp.openServerSocket(Fallback.REFUSED);
        SocketChannel four =
            Mptcp.openSocketChannel(StandardProtocolFamily.INET, Fallback.REFUSED);
        ServerSocketChannel six =
            Mptcp.openServerSocketChannel(StandardProtocolFamily.INET6, Fallback.REFUSED)) {
      assertEquals(Status.UNCONNECTED, Mptcp.status(socket));
      assertEquals(Status.UNCONNECTED, Mptcp.status(listener));
      assertEquals(Status.UNCONNECTED, Mptcp.status(four));
      assertEquals(Status.UNCONNECTED, Mptcp.status(six));
    }
    int fd = Mptcp.openDescriptor(StandardProtocolFamily.INET6, Fallback.REFUSED);
    assertEquals(Status.UNCONNECTED, Mptcp.status(fd));
    Native.closeDescriptor(fd);
    assertThrows(IllegalArgumentException.class,
        () -> Mptcp.openDescriptor(StandardProtocolFamily.UNIX, Fallback.ALLOWED));
  }

  @Test
  void refuses_what_can_not_become_mptcp_and_changes_nothing() throws IOException {
    try (ServerSocket bound = new ServerSocket(0, 1, HERE);
        Socket client = new Socket(HERE, bound.getLocalPort());
        SocketChannel registered = SocketChannel.open();
        Selector selector = Selector.open();
        FileInputStream file = new FileInputStream("/proc/self/status")) {
      for (Throwable refused : List.of(
          thrownBy(() -> Mptcp.enable(bound)), thrownBy(() -> Mptcp.enable(client)),
          thrownBy(() -> Mptcp.enable(file.getFD())), thrownBy(() -> Mptcp.enable(-1)),
          thrownBy(() -> Mptcp.enable(1 << 20)))) {
        assertInstanceOf(IllegalArgumentException.class, refused);
        assertEquals(ErrorKind.INVALID_ARGUMENT, ((MptcpFailure) refused).kind());
      }
      registered.configureBlocking(false);
      registered.register(selector, SelectionKey.OP_CONNECT);
      assertInstanceOf(IllegalArgumentException.class,
          thrownBy(() -> Mptcp.enable(registered)));
      assertEquals(Status.TCP, Mptcp.status(client));
      assertEquals(Status.TCP, Mptcp.status(registered));
    }
  }

  @Test
  void says_that_a_socket_is_closed() throws IOException {
    Socket socket = new Socket();
    ServerSocket listener = new ServerSocket();
    SocketChannel channel = SocketChannel.open();
    FileInputStream file = new FileInputStream("/dev/null");
    FileDescriptor descriptor = file.getFD();
    for (AutoCloseable one : List.of(socket, listener, channel, file)) {
      thrownBy(() -> {
        one.close();
        return null;
      });
    }
    for (Throwable closed : List.of(
        thrownBy(() -> Mptcp.status(socket)), thrownBy(() -> Mptcp.status(listener)),
        thrownBy(() -> Mptcp.status(channel)), thrownBy(() -> Mptcp.status(descriptor)),
        thrownBy(() -> Mptcp.enable(socket)), thrownBy(() -> Mptcp.subflows(channel)))) {
      assertInstanceOf(SocketException.class, closed);
      assertEquals(ErrorKind.INVALID_ARGUMENT, ((MptcpFailure) closed).kind());
    }
  }

  @Test
  void takes_a_number_for_whatever_it_now_is() throws IOException {
    int number;
    try (SocketChannel first = Mptcp.openSocketChannel(
        StandardProtocolFamily.INET, Fallback.REFUSED)) {
      number = Descriptors.of(first);
    }
    assertInstanceOf(IllegalArgumentException.class, thrownBy(() -> Mptcp.status(number)));
    try (SocketChannel second = SocketChannel.open(StandardProtocolFamily.INET)) {
      Native.duplicateOnto(Descriptors.of(second), number);
      assertEquals(Status.TCP, Mptcp.status(number));
    } finally {
      Native.closeDescriptor(number);
    }
  }

  @Test
  void ends_what_waits_on_an_enabled_socket_when_another_thread_closes_it() throws Exception {
    try (ServerSocket listener = Mptcp.openServerSocket(Fallback.REFUSED)) {
      listener.bind(new InetSocketAddress(HERE, 0));
      CompletableFuture<Throwable> outcome = new CompletableFuture<>();
      new Thread(() -> outcome.complete(thrownBy(listener::accept))).start();
      listener.close();
      assertInstanceOf(SocketException.class, outcome.get(20, TimeUnit.SECONDS));
    }
    SocketChannel channel =
        Mptcp.openSocketChannel(StandardProtocolFamily.INET, Fallback.REFUSED);
    try (ServerSocket listener = Mptcp.openServerSocket(Fallback.REFUSED)) {
      listener.bind(new InetSocketAddress(HERE, 0));
      channel.connect(listener.getLocalSocketAddress());
      CompletableFuture<Throwable> outcome = new CompletableFuture<>();
      Thread reader = new Thread(() -> outcome.complete(
          thrownBy(() -> channel.read(ByteBuffer.allocate(1)))));
      reader.start();
      Network.until(() -> reader.getState() != Thread.State.NEW);
      channel.close();
      Throwable thrown = outcome.get(20, TimeUnit.SECONDS);
      assertInstanceOf(java.nio.channels.ClosedChannelException.class, thrown);
      assertFalse(thrown instanceof AsynchronousCloseException && channel.isOpen());
    }
  }

  @Test
  void works_with_a_selector_and_the_options_of_the_jdk() throws IOException {
    try (ServerSocketChannel listener = Mptcp.openServerSocketChannel(
            StandardProtocolFamily.INET, Fallback.REFUSED);
        SocketChannel client = Mptcp.openSocketChannel(
            StandardProtocolFamily.INET, Fallback.REFUSED);
        Selector selector = Selector.open()) {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      listener.bind(new InetSocketAddress(HERE, 0));
      listener.configureBlocking(false);
      client.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      client.register(selector, SelectionKey.OP_CONNECT);
      client.connect(listener.getLocalAddress());
      boolean isAccepted = false;
      while (!isAccepted || !client.isConnected()) {
        assertTrue(selector.select(20_000) > 0);
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            listener.accept().close();
            isAccepted = true;
            key.interestOps(0);
          } else if (key.isConnectable() && client.finishConnect()) {
            key.interestOps(0);
          }
        }
        selector.selectedKeys().clear();
      }
      assertTrue(client.getOption(StandardSocketOptions.TCP_NODELAY));
    }
  }

  @Test
  void makes_sockets_for_whoever_takes_a_factory() throws IOException {
    try (ServerSocket listener =
            MptcpServerSocketFactory.getDefault().createServerSocket(0, 5, HERE);
        Socket first =
            MptcpSocketFactory.getDefault().createSocket(HERE, listener.getLocalPort());
        Socket one = listener.accept();
        Socket second = new MptcpSocketFactory(Fallback.REFUSED)
            .createSocket("localhost", listener.getLocalPort(), HERE, 0);
        Socket other = listener.accept()) {
      pass(first, one, (byte) 1);
      pass(second, other, (byte) 1);
      assertEquals(Status.MPTCP, Mptcp.status(first));
      assertEquals(Status.MPTCP, Mptcp.status(second));
    }
    try (ServerSocket listener = new MptcpServerSocketFactory().createServerSocket(0);
        ServerSocket another = new MptcpServerSocketFactory().createServerSocket(0, 3)) {
      assertEquals(Status.UNCONNECTED, Mptcp.status(listener));
      int taken = another.getLocalPort();
      assertThrows(java.net.BindException.class,
          () -> new MptcpServerSocketFactory().createServerSocket(taken));
    }
  }

  @Test
  void looks_under_a_layer_of_tls() throws Exception {
    try (ServerSocket listener = Mptcp.openServerSocket(Fallback.REFUSED);
        Socket plain = Mptcp.openSocket(Fallback.REFUSED)) {
      listener.bind(new InetSocketAddress(HERE, 0));
      plain.connect(listener.getLocalSocketAddress());
      try (Socket accepted = listener.accept()) {
        pass(plain, accepted, (byte) 1);
        Socket tls = javax.net.ssl.SSLContext.getDefault().getSocketFactory()
            .createSocket(plain, "localhost", listener.getLocalPort(), false);
        assertEquals(Status.MPTCP, Mptcp.status(tls));
      }
    }
    try (Socket alone = javax.net.ssl.SSLContext.getDefault().getSocketFactory().createSocket()) {
      assertEquals(Status.TCP, Mptcp.status(alone));
    }
  }

  @Test
  void lists_connections_and_borrows_descriptors_of_processes() throws IOException {
    try (ServerSocket listener = Mptcp.openServerSocket(Fallback.REFUSED);
        Socket client = Mptcp.openSocket(Fallback.REFUSED)) {
      listener.bind(new InetSocketAddress(HERE, 0));
      client.connect(listener.getLocalSocketAddress());
      try (Socket accepted = listener.accept()) {
        pass(client, accepted, (byte) 1);
        long token = Mptcp.info(client).token().getAsLong();
        ListedConnection listed = Mptcp.findConnection(token).orElseThrow();
        assertEquals(client.getLocalSocketAddress(), listed.local());
        assertEquals(ProcessHandle.current().pid(), listed.pid().getAsInt());
        assertEquals(1, listed.subflows().size());
        assertEquals(2, Mptcp.listConnections().size());
        assertTrue(Mptcp.findConnection(1).isEmpty());
        BorrowedDescriptor borrowed =
            Mptcp.borrowDescriptor(listed.pid().getAsInt(), listed.fd().getAsInt());
        assertEquals(Status.MPTCP, Mptcp.status(borrowed.fd()));
        borrowed.close();
        borrowed.close();
        assertThrows(IllegalStateException.class, borrowed::fd);
        MptcpException gone = assertThrows(MptcpException.class, () ->
            Mptcp.borrowDescriptor(listed.pid().getAsInt(), 1 << 20));
        assertEquals(ErrorKind.NOT_FOUND, gone.kind());
      }
    }
  }

  @Test
  void tells_capabilities_with_reason_and_remedy() throws IOException {
    List<CapabilityReport> all = Mptcp.capabilities();
    assertEquals(List.of(Capability.values()),
        all.stream().map(CapabilityReport::capability).toList());
    assertTrue(Mptcp.capability(Capability.MPTCP_SOCKETS).available());
    assertFalse(Capability.EVENTS.description().isEmpty());
    assertEquals(Capability.EVENTS, Capability.ofWord("events"));
    assertThrows(IllegalArgumentException.class, () -> Capability.ofWord("flying"));
  }

  @Test
  void reads_and_writes_addresses_as_every_language_does() {
    for (String text : List.of("10.0.0.1", "10.0.0.1:80", "[2001:db8::1]:443", "2001:db8::1")) {
      assertEquals(text, Mptcp.formatAddress(Mptcp.parseAddress(text)));
    }
    InetSocketAddress local = Mptcp.parseAddress("[fe80::1%lo]:7");
    assertEquals(1, ((java.net.Inet6Address) local.getAddress()).getScopeId());
    for (String text : List.of("localhost", "10.0.0.1:99999", "", "10.0.0.1\0")) {
      assertThrows(IllegalArgumentException.class, () -> Mptcp.parseAddress(text), text);
    }
    assertThrows(IllegalArgumentException.class, () ->
        Mptcp.formatAddress(InetSocketAddress.createUnresolved("host", 1)));
  }
}
