// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The JDK's HTTP client asks the JDK's HTTP server; prints what the connection between them is. */
final class HttpOverMptcp {
  private HttpOverMptcp() {}

  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    HttpResponse<Void> response = HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding());
    // Both ends are kept open, for the next request.
    long ends = Mptcp.listConnections().stream()
        .filter(one -> one.local().getPort() == address.getPort()
            || one.remote().getPort() == address.getPort())
        .filter(one -> one.subflows().size() == 1)
        .count();
    System.out.println("GET / is " + response.statusCode() + ", over "
        + (ends == 2 ? "MPTCP" : ends == 0 ? "TCP" : ends + " ends of MPTCP"));
    System.exit(0);
  }
}
