// SPDX-License-Identifier: MIT
package io.github.libmptcp.consumer;

import io.github.libmptcp.Fallback;
import io.github.libmptcp.Mptcp;
import io.github.libmptcp.MptcpServerSocketFactory;
import io.github.libmptcp.MptcpSocketFactory;
import io.github.libmptcp.Status;
import io.github.libmptcp.Subflow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Connects to itself by sockets of the factories, and shows the subflow. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket listener =
            new MptcpServerSocketFactory(Fallback.REFUSED).createServerSocket(0, 1, here);
        Socket client =
            new MptcpSocketFactory(Fallback.REFUSED).createSocket(here, listener.getLocalPort());
        Socket accepted = listener.accept()) {
      client.getOutputStream().write(1);
      accepted.getInputStream().read();
      if (Mptcp.status(client) != Status.MPTCP) throw new IOException("fell back");
      for (Subflow subflow : Mptcp.subflows(accepted)) {
        System.out.println("consumer: subflow " + subflow.id() + " of libmptcp " + Mptcp.version());
      }
    }
  }
}
