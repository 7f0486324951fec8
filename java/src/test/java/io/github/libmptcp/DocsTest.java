// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show is what works. */
class DocsTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String IMPORTS = """
      import io.github.libmptcp.*;
      import java.io.*;
      import java.net.*;
      import java.nio.*;
      import java.nio.channels.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;

      """;
  private static final String GUIDE = IMPORTS + """
      public class Examples {
        public static void run() throws Exception {
      %s
          control.close();
          serverSide.close();
          accepted.close();
          socket.close();
          listener.close();
          inClient.close();
          lab.close();
        }
      }
      """;
  private static final String README = IMPORTS + """
      public class Examples {
        public static void run(String host, Integer port) throws Exception {
      %s
          socket.close();
        }
      }
      """;

  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  @Test
  void every_example_of_the_guide_compiles_and_runs(@TempDir Path folder) throws Exception {
    load(GUIDE, "docs/java.md", folder).getMethod("run").invoke(null);
  }

  @Test
  void the_readmes_lines_compile_and_run(@TempDir Path folder) throws Exception {
    Class<?> example = load(README, "README.md", folder);
    try (Network network = Network.start();
        PathControl serverSide = network.control("server");
        var listener = network.lab.openServerSocketChannel(
            "server", StandardProtocolFamily.INET, Transport.MPTCP);
        HostScope inClient = network.lab.enter("client")) {
      assertTrue(serverSide.listEndpoints().isEmpty());
      listener.bind(new InetSocketAddress(5001));
      CompletableFuture<Integer> answered = new CompletableFuture<>();
      new Thread(() -> {
        try (var accepted = listener.accept()) {
          ByteBuffer heard = ByteBuffer.allocate(16);
          accepted.read(heard);
          while (accepted.read(heard.clear()) >= 0) { }
          answered.complete(0);
        } catch (Exception failure) {
          answered.completeExceptionally(failure);
        }
      }).start();
      example.getMethod("run", String.class, Integer.class).invoke(null, "10.0.1.2", 5001);
      answered.get(20, TimeUnit.SECONDS);
    }
  }

  /** The page's examples, one after another, as the class that `around` makes of them. */
  private static Class<?> load(String around, String page, Path folder) throws Exception {
    String text = Files.readString(Path.of(System.getProperty("project.root"), page));
    String examples = EXAMPLE.matcher(text).results()
        .map(found -> found.group(1).replace("import io.github.libmptcp.*;\n", ""))
        .collect(Collectors.joining("\n"));
    assertTrue(examples.contains("PathControl"), "there are examples");
    compile(around.replace("%s", examples), folder);
    URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    loader.setDefaultAssertionStatus(true);
    return loader.loadClass("Examples");
  }

  private static void compile(String text, Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source = new SimpleJavaFileObject(
        URI.create("string:///Examples.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
    StringWriter said = new StringWriter();
    boolean isCompiled = compiler.getTask(said, null, null,
        List.of("-d", folder.toString(), "-classpath", System.getProperty("java.class.path")),
        null, List.of(source)).call();
    assertEquals("", said.toString());
    assertTrue(isCompiled);
  }
}
