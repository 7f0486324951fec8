// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handles are opened and closed, many times: nothing of them stays. */
class HandlesTest {
  // java/test asks for fewer where another JDK does it a second time.
  private static final int TIMES = Integer.getInteger("handles.times", 10_000);
  private static final int WARM_UP = 2_000;
  private static final long ROOM_KB = 16 * 1024; // the JVM's own: code, profiles, its collector

  private interface Handle {
    void openAndClose() throws Exception;
  }

  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  private static long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /** Of the process: its heap has been there from the beginning (pom.xml). */
  private static long memoryKb() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst().orElseThrow();
  }

  private static void check(Handle handle) throws Exception {
    for (int i = 0; i < WARM_UP; i++) handle.openAndClose();
    long before = descriptors();
    long memory = memoryKb();
    for (int i = 0; i < TIMES; i++) handle.openAndClose();
    // The waiter's thread lets go of the last ones.
    Network.until(() -> descriptors() <= before + 3);
    long grown = memoryKb() - memory;
    assertTrue(grown < ROOM_KB, "grown by " + grown + " kB");
  }

  @Test
  void leaves_nothing_of_path_controls() throws Exception {
    check(() -> PathControl.direct().close());
  }

  @Test
  void leaves_nothing_of_event_streams() throws Exception {
    check(() -> EventStream.open(Scope.NAMESPACE).close());
  }

  @Test
  void leaves_nothing_of_enabled_channels() throws Exception {
    check(() ->
        Mptcp.openSocketChannel(StandardProtocolFamily.INET, Fallback.REFUSED).close());
  }

  @Test
  void leaves_nothing_of_borrowed_descriptors() throws Exception {
    int self = (int) ProcessHandle.current().pid();
    check(() -> Mptcp.borrowDescriptor(self, 0).close());
  }

  @Test
  void closes_what_was_forgotten() throws Exception {
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      PathControl.direct();
      EventStream.open(Scope.ADDED);
    }
    Network.until(() -> {
      System.gc();
      return descriptors() <= before + 3;
    });
  }
}
