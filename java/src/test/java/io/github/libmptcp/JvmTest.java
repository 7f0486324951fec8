// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided when a JVM starts, in JVMs of its own. */
class JvmTest {
  private record Outcome(int status, String output) {}

  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  /** Runs a main class of the tests, or of the library, with flags. */
  private static Outcome run(String main, String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xcheck:jni");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void makes_httpclient_and_httpserver_mptcp_by_one_property() throws Exception {
    Outcome outcome = run("io.github.libmptcp.HttpOverMptcp",
        "-Djava.nio.channels.spi.SelectorProvider=io.github.libmptcp.MptcpSelectorProvider");
    assertEquals(new Outcome(0, "GET / is 200, over MPTCP\n"), outcome);
    assertEquals(new Outcome(0, "GET / is 200, over TCP\n"),
        run("io.github.libmptcp.HttpOverMptcp"));
  }

  @Test
  void tests_itself_for_users() throws Exception {
    Outcome outcome = run("io.github.libmptcp.SelfTest");
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(outcome.output().contains("ok    a connection to myself"), outcome.output());
  }

  @Test
  void says_what_to_do_where_temporary_folders_are_mounted_noexec(@TempDir Path folder)
      throws Exception {
    // The JVM is root in a mount namespace of its own.
    Process mount = new ProcessBuilder(
        "mount", "-t", "tmpfs", "-o", "noexec", "none", folder.toString()).inheritIO().start();
    assertEquals(0, mount.waitFor());
    try {
      Outcome outcome = run("io.github.libmptcp.SelfTest", "-Dmptcp.tmpdir=" + folder);
      assertEquals(1, outcome.status(), outcome.output());
      assertTrue(outcome.output().contains("noexec"), outcome.output());
      assertTrue(outcome.output().contains("-Dmptcp.tmpdir"), outcome.output());
      assertTrue(outcome.output().contains(folder.toString()), outcome.output());
      try (var files = Files.list(folder)) {
        assertEquals(0, files.count(), "nothing is left behind");
      }
      // Another folder serves, when none was chosen.
      assertEquals(0, run("io.github.libmptcp.SelfTest", "-Djava.io.tmpdir=" + folder,
          "-Duser.home=" + Files.createDirectories(Path.of("/tmp").resolve(
              "mptcp-home-" + ProcessHandle.current().pid()).resolve(".cache")).getParent())
          .status());
    } finally {
      new ProcessBuilder("umount", folder.toString()).start().waitFor();
    }
  }

  @Test
  void says_what_is_missing_on_another_architecture() throws Exception {
    Outcome outcome = run("io.github.libmptcp.SelfTest", "-Dos.arch=riscv64");
    assertEquals(1, outcome.status(), outcome.output());
    assertTrue(outcome.output().contains("no native library for linux-riscv64"),
        outcome.output());
    assertEquals("linux-x86_64", NativeLibrary.platform("Linux", "amd64"));
    assertEquals("linux-aarch64", NativeLibrary.platform("Linux", "aarch64"));
  }

  @Test
  void says_so_where_the_machine_has_no_mptcp() throws Exception {
    ProcessBuilder off = new ProcessBuilder("sh", "-c", "echo 0 > /proc/sys/net/mptcp/enabled");
    assertEquals(0, off.inheritIO().start().waitFor());
    try {
      Outcome outcome = run("io.github.libmptcp.SelfTest");
      assertEquals(1, outcome.status(), outcome.output());
      assertTrue(outcome.output().contains("no    mptcp_sockets"), outcome.output());
      assertTrue(outcome.output().contains("a connection to myself is tcp"), outcome.output());
      String reason = Mptcp.unavailabilityReason().orElseThrow();
      assertTrue(reason.contains("net.mptcp.enabled"), reason);
      NotSupportedException refused = org.junit.jupiter.api.Assertions.assertThrows(
          NotSupportedException.class, () -> Mptcp.openSocket(Fallback.REFUSED));
      assertEquals(ErrorKind.DISABLED, refused.kind());
      Mptcp.openSocket(Fallback.ALLOWED).close();
    } finally {
      new ProcessBuilder("sh", "-c", "echo 1 > /proc/sys/net/mptcp/enabled").start().waitFor();
    }
  }

  @Test
  void tells_native_image_of_every_name_that_jni_looks_up() throws Exception {
    String folder = "/META-INF/native-image/io.github.libmptcp/mptcp/";
    for (JsonElement entry : json(folder + "jni-config.json").getAsJsonArray()) {
      Class<?> type = Class.forName(entry.getAsJsonObject().get("name").getAsString());
      if (entry.getAsJsonObject().has("fields")) {
        for (JsonElement field : entry.getAsJsonObject().getAsJsonArray("fields")) {
          type.getDeclaredField(field.getAsJsonObject().get("name").getAsString());
        }
      }
    }
    assertTrue(json(folder + "resource-config.json").isJsonObject());
    assertEquals(null, Native.missingInJdk());
  }

  private static JsonElement json(String resource) throws IOException {
    try (var stream = JvmTest.class.getResourceAsStream(resource)) {
      return JsonParser.parseString(new String(stream.readAllBytes()));
    }
  }
}
