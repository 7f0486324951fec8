// SPDX-License-Identifier: MIT

import io.github.libmptcp.*;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A download that steers the paths of its connection, on a thread of its own. {@code follow.h} says
 * what it tells on standard output.
 *
 * <p>{@code java -cp mptcp.jar Download.java SERVER LOCAL REMOTE SIZE FILE}
 */
class Download {
  private static final SubflowRef FIRST = SubflowRef.of(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long INTERVAL = 100_000_000; // ns

  private final Socket socket;
  private final PathControl control;
  private final OpenRequest second;
  private final ConnectionRef connection;
  private final long began = System.nanoTime();
  private volatile long received;

  Download(Socket socket, PathControl control, OpenRequest second) {
    this.socket = socket;
    this.control = control;
    this.second = second;
    connection = ConnectionRef.of(socket);
  }

  public static void main(String[] words) throws Exception {
    OpenRequest second = OpenRequest.from(words[1]).withRemote(Mptcp.parseAddress(words[2]));
    try (PathControl control = PathControl.direct();
        Socket socket = Mptcp.openSocket(Fallback.REFUSED);
        OutputStream file = Files.newOutputStream(Path.of(words[4]))) {
      // This connection's paths are ours to manage.
      control.convertPathManager(ConnectionRef.of(socket));
      socket.connect(Mptcp.parseAddress(words[0]));
      new Download(socket, control, second).run(Long.parseLong(words[3]), file);
    }
  }

  private void run(long size, OutputStream file) throws Exception {
    List<Future<?>> steps = new ArrayList<>();
    ExecutorService steering = Executors.newSingleThreadExecutor();
    try {
      byte[] buffer = new byte[256 * 1024];
      long due = began + INTERVAL;
      for (int count; (count = socket.getInputStream().read(buffer)) > 0; ) {
        file.write(buffer, 0, count);
        received += count;
        while (steps.size() < 3 && received * 4 / size > steps.size()) {
          int step = steps.size();
          steps.add(steering.submit(() -> steer(step)));
        }
        if (System.nanoTime() < due) continue;
        tellSample();
        due = System.nanoTime() + INTERVAL;
      }
      for (Future<?> step : steps) step.get();
    } finally {
      steering.shutdownNow();
    }
    tellSample();
  }

  private Void steer(int step) throws IOException {
    switch (step) {
      case 0 -> {
        Subflow opened = control.open(connection, second, TIMEOUT);
        tell("step", received, "opened subflow " + opened.id() + ": "
            + Mptcp.formatAddress(opened.local()) + " -> " + Mptcp.formatAddress(opened.remote()));
      }
      case 1 -> {
        control.prefer(connection, FIRST, Priority.BACKUP, TIMEOUT);
        tell("step", received, "preferred subflow 2: subflow 1 is a backup now");
      }
      default -> {
        control.close(connection, FIRST, TIMEOUT);
        tell("step", received, "closed subflow 1, the connection's first");
      }
    }
    return null;
  }

  private void tellSample() throws IOException {
    for (Subflow subflow : Mptcp.subflows(socket)) {
      tell("subflow", subflow.id(), subflow.tcp().bytesReceived(), subflow.tcp().rcvRtt(),
          host(subflow.local()), host(subflow.remote()));
    }
    tell("total", received);
  }

  private void tell(String what, Object... words) {
    StringBuilder line = new StringBuilder(what);
    line.append(String.format("\t%.3f", (System.nanoTime() - began) / 1e9));
    for (Object word : words) line.append('\t').append(word);
    System.out.println(line);
  }

  private static String host(InetSocketAddress address) {
    return address.getAddress().getHostAddress();
  }
}
