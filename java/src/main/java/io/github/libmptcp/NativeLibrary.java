// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds and loads the native part: the file that {@code -Dmptcp.library.path} names, else {@code
 * libmptcp_jni.so} of {@code java.library.path}, else the one in the jar, for which a file is made
 * and removed again as soon as it is loaded.
 */
final class NativeLibrary {
  private static final String FILE = "libmptcp_jni.so";
  private static boolean isLoaded;
  private static String whyNot;

  private NativeLibrary() {}

  // Not in Native: while one thread is loading, another may be initialising that class, and wait.
  private static native String version();

  /** Throws an UnsatisfiedLinkError that says what to do about it. */
  static synchronized void load() {
    if (isLoaded) return;
    if (whyNot != null) throw new UnsatisfiedLinkError(whyNot);
    try {
      loadOne();
      isLoaded = true;
      checkVersion();
    } catch (UnsatisfiedLinkError error) {
      whyNot = error.getMessage();
      throw error;
    }
  }

  /** Null when it is loaded, or why it can't be. */
  static synchronized String whyNot() {
    try {
      load();
    } catch (UnsatisfiedLinkError error) {
      return whyNot;
    }
    return whyNot;
  }

  private static void loadOne() {
    String path = System.getProperty("mptcp.library.path");
    if (path != null) {
      System.load(Path.of(path).toAbsolutePath().toString());
      return;
    }
    if (isIn(System.getProperty("java.library.path", ""))) {
      System.loadLibrary("mptcp_jni");
      return;
    }
    loadFromJar();
  }

  private static boolean isIn(String folders) {
    for (String folder : folders.split(":")) {
      if (!folder.isEmpty() && Files.isReadable(Path.of(folder, FILE))) return true;
    }
    return false;
  }

  private static void loadFromJar() {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    byte[] library = resource("/META-INF/native/" + platform + "/" + FILE);
    if (library == null) {
      throw new UnsatisfiedLinkError("libmptcp: this jar has no native library for " + platform
          + "; build it there (mvn package) and name it by -Dmptcp.library.path");
    }
    StringBuilder tried = new StringBuilder();
    for (Path folder : folders()) {
      String refusal = tryIn(folder, library);
      if (refusal == null) return;
      tried.append("\n  ").append(folder).append(": ").append(refusal);
    }
    throw new UnsatisfiedLinkError("libmptcp: no folder for the native library, for " + platform
        + "; a folder mounted noexec can't serve: name another by -Dmptcp.tmpdir, or the library"
        + " itself by -Dmptcp.library.path. Tried:" + tried);
  }

  /** As the jar names it; Java's names differ from uname's. */
  static String platform(String system, String architecture) {
    String machine = switch (architecture) {
      case "amd64" -> "x86_64";
      case "arm64" -> "aarch64";
      default -> architecture;
    };
    return system.toLowerCase(Locale.ROOT) + "-" + machine;
  }

  private static Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    String chosen = System.getProperty("mptcp.tmpdir");
    if (chosen != null) return Set.of(Path.of(chosen));
    folders.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null) folders.add(Path.of(runtime));
    folders.add(Path.of(System.getProperty("user.home", "/"), ".cache"));
    return folders;
  }

  /** Null when it is loaded, or why it isn't. */
  private static String tryIn(Path folder, byte[] library) {
    Path file = null;
    try {
      // With a name of its own and for its owner alone: nobody can put another in its place.
      file = Files.createTempFile(folder, "libmptcp_jni-", ".so");
      Files.write(file, library);
      System.load(file.toAbsolutePath().toString());
      return null;
    } catch (IOException failure) {
      return failure.toString();
    } catch (UnsatisfiedLinkError error) {
      return error.getMessage();
    } finally {
      remove(file);
    }
  }

  private static void remove(Path file) {
    try {
      if (file != null) Files.deleteIfExists(file);
    } catch (IOException stays) {
      file.toFile().deleteOnExit();
    }
  }

  // One from elsewhere may be older: structs would be read wrongly.
  private static void checkVersion() {
    byte[] mine = resource("version");
    String wanted = mine == null ? "?" : new String(mine, StandardCharsets.UTF_8).strip();
    String found = version();
    if (wanted.equals(found)) return;
    throw new UnsatisfiedLinkError(
        "libmptcp: the native library is version " + found + ", the classes are " + wanted);
  }

  private static byte[] resource(String name) {
    try (InputStream stream = NativeLibrary.class.getResourceAsStream(name)) {
      return stream == null ? null : stream.readAllBytes();
    } catch (IOException unreadable) {
      return null;
    }
  }
}
