// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  @Test
  void is_made_of_what_was_asked_for_and_changes_while_it_runs() throws IOException {
    LabSpec spec = LabSpec.ofPaths("50mbit,10ms,name=wifi")
        .withHost("router", null, "cubic")
        .withSysctl("router", "net.ipv4.tcp_syn_retries", "2")
        .withPath("direct", "client", "router")
        .withSeed(7);
    try (Lab lab = Lab.start(spec)) {
      assertEquals(List.of("client", "server", "router"), lab.hosts());
      List<LabPath> paths = lab.paths();
      assertEquals(List.of("wifi", "path2"), paths.stream().map(LabPath::name).toList());
      assertEquals("router", paths.get(1).to());
      assertTrue(paths.get(1).isDirect());
      assertFalse(paths.get(0).isDirect());
      assertEquals("10.0.2.2:0",
          lab.address("2", "router").toString().replaceAll("^/", ""));
      assertEquals("fd00:0:0:1::1", Mptcp.formatAddress(
          lab.address("wifi", "client", StandardProtocolFamily.INET6)));
      lab.change("wifi", "delay=80ms,down");
      assertTrue(lab.path("1").words().contains("80ms"), lab.path("1").words());
      assertFalse(lab.path("1").isUp());
      assertThrows(IllegalArgumentException.class, () -> lab.change("1", "sideways"));
      MptcpException nowhere =
          assertThrows(MptcpException.class, () -> lab.change("9", "down"));
      assertEquals(ErrorKind.NOT_FOUND, nowhere.kind());
    }
    assertThrows(IllegalArgumentException.class, () -> Lab.start(LabSpec.ofPaths("50furlongs")));
  }

  @Test
  void is_found_by_its_name_until_its_owner_closes_it() throws IOException {
    String name = "java-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    LabSpec spec = LabSpec.ofPaths("1ms").withName(name);
    Lab lab = Lab.start(spec);
    assertTrue(Lab.list().contains(name));
    MptcpException taken = assertThrows(MptcpException.class, () -> Lab.start(spec));
    assertEquals(ErrorKind.ALREADY_EXISTS, taken.kind());
    try (Lab attached = Lab.attach(name)) {
      assertEquals(1, attached.paths().size());
    }
    assertEquals(1, lab.paths().size());
    lab.close();
    lab.close();
    assertThrows(IllegalStateException.class, lab::paths);
    assertFalse(Lab.list().contains(name));
  }

  @Test
  void runs_programs_with_pipes_like_any_other_process() throws Exception {
    try (Lab lab = Lab.start(LabSpec.ofPaths("1ms"))) {
      try (LabProcess cat = lab.command("server", "cat").start()) {
        assertTrue(cat.isAlive());
        assertThrows(IllegalThreadStateException.class, cat::exitValue);
        cat.getOutputStream().write("heard".getBytes());
        cat.getOutputStream().close();
        assertEquals("heard", new String(cat.getInputStream().readAllBytes()));
        assertEquals(0, cat.waitFor());
        assertEquals(0, cat.exitValue());
        assertFalse(cat.isAlive());
      }
      try (LabProcess failing =
          lab.command("client", "sh", "-c", "echo no >&2; exit 7").start()) {
        assertEquals("no\n", new String(failing.getErrorStream().readAllBytes()));
        assertEquals(7, failing.onExit().get(20, TimeUnit.SECONDS).exitValue());
      }
      LabProcess sleeping = lab.command("client", "sleep", "1000").start();
      assertFalse(sleeping.waitFor(1, TimeUnit.MILLISECONDS));
      sleeping.destroy();
      assertEquals(128 + 15, sleeping.waitFor());
      sleeping.close();
      sleeping.close();
      LabProcess killed = lab.command("client", "sleep", "1000").start();
      killed.close();
      assertEquals(128 + 9, killed.exitValue());
      IOException missing = assertThrows(IOException.class,
          () -> lab.command("client", "/no/such/program").start());
      assertEquals(2, assertInstanceOf(MptcpFailure.class, missing).osCode());
    }
  }

  @Test
  void gives_a_program_no_descriptor_but_its_streams(@TempDir Path folder) throws Exception {
    Path output = folder.resolve("output");
    try (Lab lab = Lab.start(LabSpec.ofPaths("1ms"));
        var open = java.nio.channels.SocketChannel.open();
        LabProcess process = lab.command("client", "sh", "-c", "ls /proc/$$/fd")
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()) {
      assertTrue(open.isOpen());
      assertEquals(0, process.waitFor());
      assertEquals(List.of("0", "1", "2"), Files.readAllLines(output));
    }
  }

  @Test
  void takes_a_thread_into_a_host_and_back() throws Exception {
    try (Lab lab = Lab.start(LabSpec.ofPaths("1ms"))) {
      assertEquals(null, NetworkInterface.getByName("path1"));
      HostScope scope = lab.enter("client");
      assertTrue(NetworkInterface.getByName("path1") != null);
      HostScope inner = lab.enter("server");
      assertThrows(IllegalStateException.class, scope::close);
      inner.close();
      CompletableFuture<Throwable> elsewhere = new CompletableFuture<>();
      new Thread(() -> {
        try {
          scope.close();
          elsewhere.complete(null);
        } catch (Throwable thrown) {
          elsewhere.complete(thrown);
        }
      }).start();
      assertInstanceOf(IllegalStateException.class, elsewhere.get(20, TimeUnit.SECONDS));
      scope.close();
      scope.close();
      assertEquals(null, NetworkInterface.getByName("path1"));
    }
  }

  @Test
  void is_used_by_virtual_threads_too() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Runtime.version().feature() >= 21, "this Java has no virtual threads");
    CompletableFuture<String> heard = new CompletableFuture<>();
    Runnable experiment = () -> {
      try (Lab lab = Lab.start(LabSpec.ofPaths("1ms"));
          LabProcess process = lab.command("client", "echo", "heard").start()) {
        assertThrows(IllegalArgumentException.class, () -> lab.enter("client"));
        String text = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        heard.complete(text);
      } catch (Throwable thrown) {
        heard.completeExceptionally(thrown);
      }
    };
    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, experiment);
    assertEquals("heard\n", heard.get(20, TimeUnit.SECONDS));
  }
}
