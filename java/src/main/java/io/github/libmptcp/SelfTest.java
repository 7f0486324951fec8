// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.net.StandardProtocolFamily;

/** What {@code java -jar mptcp.jar} runs: whether the library works here, and what to do if not. */
final class SelfTest {
  private SelfTest() {}

  /** Exit status: 0 all works, 1 something basic does not. */
  public static void main(String[] arguments) {
    System.out.println("Java " + System.getProperty("java.version") + ", "
        + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
        + System.getProperty("os.arch"));
    String whyNot = NativeLibrary.whyNot();
    if (whyNot != null) {
      fail("the native library does not load: " + whyNot);
      return;
    }
    System.out.println("libmptcp " + Mptcp.version());
    try {
      printCapabilities();
      String missing = Native.missingInJdk();
      System.out.println(missing == null
          ? "ok    descriptors of sockets and channels"
          : "no    descriptors: this JDK lacks " + missing + "; pass descriptors as int");
      connectToMyself();
    } catch (IOException failure) {
      fail(failure.getMessage());
    }
  }

  private static void printCapabilities() throws IOException {
    for (CapabilityReport report : Mptcp.capabilities()) {
      System.out.println((report.available() ? "ok    " : "no    ") + report.capability().word());
      if (report.available()) continue;
      System.out.println("        " + report.reason());
      if (!report.remedy().isEmpty()) System.out.println("        " + report.remedy());
    }
  }

  private static void connectToMyself() throws IOException {
    try (ServerSocketChannel server = Mptcp.openServerSocketChannel(
            StandardProtocolFamily.INET, Fallback.ALLOWED);
        SocketChannel client = Mptcp.openSocketChannel(
            StandardProtocolFamily.INET, Fallback.ALLOWED)) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.connect(server.getLocalAddress());
      try (SocketChannel accepted = server.accept()) {
        client.write(ByteBuffer.wrap(new byte[] {1}));
        accepted.read(ByteBuffer.allocate(1));
        Status status = Mptcp.status(client);
        if (status != Status.MPTCP) {
          fail("a connection to myself is " + status.word());
          return;
        }
        System.out.println("ok    a connection to myself, with subflows");
        Mptcp.subflows(client).forEach(subflow -> System.out.println("        " + subflow.id() + " "
            + Mptcp.formatAddress(subflow.local()) + " -> "
            + Mptcp.formatAddress(subflow.remote()) + " " + subflow.state().word() + ", RTT "
            + subflow.tcp().rtt() + " us"));
      }
    }
  }

  private static void fail(String why) {
    System.out.println("FAILED " + why);
    System.exit(1);
  }
}
