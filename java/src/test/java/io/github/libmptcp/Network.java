// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A lab of two paths whose hosts let programs manage their paths, and connections in it. The JVM is
 * root in a namespace of its own (java/src/test/jdk/bin/java), so its threads may enter the hosts.
 */
final class Network implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  final Lab lab;
  private final List<AutoCloseable> open = new ArrayList<>();

  private Network(LabSpec spec) throws IOException {
    requireOwnNamespace();
    lab = Lab.start(spec);
  }

  static Network start() throws IOException {
    return new Network(
        LabSpec.ofPaths("1gbit,1ms", "1gbit,1ms").withPathManager(PathManager.USERSPACE));
  }

  static Network underKernelManager() throws IOException {
    return new Network(LabSpec.ofPaths("1gbit,1ms", "1gbit,1ms"));
  }

  static void requireOwnNamespace() {
    Assumptions.assumeTrue(System.getenv("MPTCP_TEST_NAMESPACE") != null,
        "not in a namespace of its own: run by Maven, or start the JVM by java/src/test/jdk/bin/java");
  }

  interface Step<T> {
    T run() throws Exception;
  }

  <T> T in(String host, Step<T> step) throws Exception {
    try (HostScope scope = lab.enter(host)) {
      return step.run();
    }
  }

  <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  PathControl control(String host) throws Exception {
    return keep(in(host, PathControl::direct));
  }

  EventStream events(String host, Scope scope) throws Exception {
    return keep(in(host, () -> EventStream.open(scope)));
  }

  /** A connection over path 1, across which a byte has gone each way. */
  Pair connect() throws Exception {
    return connect(Transport.MPTCP);
  }

  Pair connect(Transport server) throws Exception {
    ServerSocketChannel listener = keep(
        lab.openServerSocketChannel("server", StandardProtocolFamily.INET, server));
    listener.bind(new InetSocketAddress(0));
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    SocketChannel client = keep(
        lab.openSocketChannel("client", StandardProtocolFamily.INET, Transport.MPTCP));
    client.connect(new InetSocketAddress(lab.address("1", "server").getAddress(), port));
    SocketChannel accepted = keep(listener.accept());
    Pair pair = new Pair(client, accepted, listener);
    pair.exchange(1);
    return pair;
  }

  /** Waits for something that comes about by itself, and of which nobody is told. */
  static void until(Step<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.run()) {
      if (System.nanoTime() - end > 0) Assertions.fail("it did not come about");
      LockSupport.parkNanos(1_000_000);
    }
  }

  record Pair(SocketChannel client, SocketChannel server, ServerSocketChannel listener) {
    void exchange(int count) throws IOException {
      pass(client, server, count);
      pass(server, client, count);
    }

    private static void pass(SocketChannel from, SocketChannel to, int count) throws IOException {
      ByteBuffer sent = ByteBuffer.allocate(count);
      while (sent.hasRemaining()) from.write(sent);
      ByteBuffer received = ByteBuffer.allocate(count);
      while (received.hasRemaining()) {
        if (to.read(received) < 0) Assertions.fail("the connection ended");
      }
    }

    /** One that was closed may still have its last words to say. */
    void awaitSubflows(long... ids) throws Exception {
      until(() -> Arrays.equals(
          ids, Mptcp.subflows(client).stream().mapToLong(Subflow::id).toArray()));
    }

    /** Where the client connects to. */
    SocketAddress address() throws IOException {
      return client.getRemoteAddress();
    }

    ConnectionRef ref() {
      return ConnectionRef.of(client);
    }

    ConnectionRef serverRef() {
      return ConnectionRef.of(server);
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) open.get(i).close();
    lab.close();
  }
}
