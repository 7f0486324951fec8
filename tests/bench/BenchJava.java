// SPDX-License-Identifier: MIT

import io.github.libmptcp.HostScope;
import io.github.libmptcp.ConnectionRef;
import io.github.libmptcp.Fallback;
import io.github.libmptcp.Lab;
import io.github.libmptcp.LabSpec;
import io.github.libmptcp.Mptcp;
import io.github.libmptcp.OpenRequest;
import io.github.libmptcp.PathControl;
import io.github.libmptcp.PathManager;
import io.github.libmptcp.Subflow;
import io.github.libmptcp.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What the Java package costs beside the C++ call, in one process and on the same sockets.
 *
 * <pre>
 * cmake --preset release && cmake --build --preset release --target mptcp_core
 * tests/run java
 * TEST_JDK=/usr/lib/jvm/java-17-openjdk-amd64 java/src/test/jdk/bin/java \
 *     -cp build/java/maven/classes tests/bench/BenchJava.java [status|subflows|transfer]
 * </pre>
 *
 * The C++ side is the loop of calls.h, compiled against build/release and called once a round.
 * Rounds alternate; the figure is the median of the rounds. 10,000 opens and closes of each handle
 * are a test: HandlesTest.
 */
public final class BenchJava {
  private static final int ROUNDS = 15;
  private static final long TRANSFER = 500_000_000;
  private static final int TRANSFERS = 8;
  private static final String CPP = """
      #include <calls.h>
      #include <fcntl.h>
      #include <jni.h>
      #include <sys/socket.h>
      #include <unistd.h>

      static jint number_of(JNIEnv* env, jobject channel) {
        return env->CallIntMethod(
            channel, env->GetMethodID(env->GetObjectClass(channel), "getFDVal", "()I"));
      }
      extern "C" JNIEXPORT jint Java_BenchJava_numberOf(JNIEnv* env, jclass, jobject channel) {
        return number_of(env, channel);
      }
      extern "C" JNIEXPORT jdouble Java_BenchJava_cppStatus(JNIEnv*, jclass, jint fd, jint times) {
        return mptcp::bench::time_status(fd, times);
      }
      extern "C" JNIEXPORT jdouble Java_BenchJava_cppSubflows(JNIEnv*, jclass, jint fd, jint times) {
        return mptcp::bench::time_subflows(fd, times);
      }
      extern "C" JNIEXPORT void Java_BenchJava_makeMptcp(JNIEnv* env, jclass, jobject channel) {
        int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262);
        ::dup3(fd, number_of(env, channel), O_CLOEXEC);
        ::close(fd);
      }
      """;

  private BenchJava() {}

  private static native int numberOf(Channel channel);

  private static native double cppStatus(int fd, int times);

  private static native double cppSubflows(int fd, int times);

  /** What the package does for an unconnected channel, without the package. */
  private static native void makeMptcp(Channel channel);

  private static long sink;

  public static void main(String[] arguments) throws Exception {
    List<String> wanted = arguments.length == 0
        ? List.of("status", "subflows", "transfer")
        : List.of(arguments);
    loadCpp();
    if (wanted.get(0).equals("best-transfer")) {
      System.out.println(bestTransfer(wanted.get(1).equals("package")));
      return;
    }
    System.out.println("Java " + System.getProperty("java.version"));
    if (wanted.contains("status") || wanted.contains("subflows")) measureCalls(wanted);
    if (wanted.contains("transfer")) measureTransfer();
  }

  private static void loadCpp() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench-java");
    Path source = Files.writeString(folder.resolve("calls.cc"), CPP);
    Path library = folder.resolve("calls.so");
    Path jdk = Path.of(System.getProperty("java.home"), "include");
    int status = new ProcessBuilder("g++", "-std=c++20", "-O2", "-shared", "-fPIC",
        "-o", library.toString(), source.toString(), "-Icore/include", "-Itests/bench", "-I" + jdk,
        "-I" + jdk.resolve("linux"), "build/release/core/libmptcp_core.a")
        .inheritIO().start().waitFor();
    if (status != 0) throw new IOException("see the head of this file");
    System.load(library.toString());
  }

  private static void measureCalls(List<String> wanted) throws Exception {
    int paths = 8;
    String[] words = new String[paths];
    Arrays.fill(words, "direct");
    LabSpec spec = LabSpec.ofPaths(words).withPathManager(PathManager.USERSPACE);
    try (Lab lab = Lab.start(spec); Connection connection = new Connection(lab, paths)) {
      SocketChannel channel = connection.client;
      int fd = numberOf(channel);
      if (wanted.contains("status")) {
        double cpp = compare("status(int)", () -> cppStatus(fd, 20_000),
            () -> time(20_000, () -> sink += Mptcp.status(fd).ordinal()));
        compare("status(SocketChannel)", () -> cppStatus(fd, 20_000),
            () -> time(20_000, () -> sink += Mptcp.status(channel).ordinal()));
        sink += (long) cpp;
      }
      if (wanted.contains("subflows")) {
        compare("subflows of " + Mptcp.subflows(fd).size(), () -> cppSubflows(fd, 20_000),
            () -> time(20_000, () -> read(Mptcp.subflows(fd))));
      }
    }
  }

  /** Of each its id, both addresses, state, RTT, rate and bytes. */
  private static void read(List<Subflow> subflows) {
    for (Subflow subflow : subflows) {
      sink += subflow.id() + subflow.local().getPort() + subflow.remote().getPort()
          + subflow.state().ordinal() + subflow.tcp().rtt() + subflow.tcp().deliveryRate()
          + subflow.tcp().bytesReceived();
    }
  }

  private interface Call {
    void run() throws IOException;
  }

  private static double time(int times, Call call) {
    try {
      long begin = System.nanoTime();
      for (int i = 0; i < times; i++) call.run();
      return (double) (System.nanoTime() - begin) / times;
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static double compare(String what, DoubleSupplier cpp, DoubleSupplier java) {
    double[] theirs = new double[ROUNDS];
    double[] ours = new double[ROUNDS];
    for (int i = 0; i < 5; i++) java.getAsDouble(); // until it is compiled
    for (int i = 0; i < ROUNDS; i++) {
      theirs[i] = cpp.getAsDouble();
      ours[i] = java.getAsDouble();
    }
    double expected = median(theirs);
    double found = median(ours);
    System.out.printf("%-24s C++ %8.0f ns   Java %8.0f ns   %+.0f ns   %.2f times%n",
        what, expected, found, found - expected, found / expected);
    return expected;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static final class Connection implements AutoCloseable {
    final SocketChannel client;
    private final List<AutoCloseable> open = new ArrayList<>();

    Connection(Lab lab, int paths) throws Exception {
      ServerSocketChannel listener = keep(
          lab.openServerSocketChannel("server", StandardProtocolFamily.INET, Transport.MPTCP));
      listener.bind(new InetSocketAddress(5001));
      try (HostScope scope = lab.enter("server")) {
        keep(PathControl.direct());
      }
      keep(lab.enter("client"));
      client = keep(SocketChannel.open(StandardProtocolFamily.INET));
      Mptcp.enable(client, Fallback.REFUSED);
      client.connect(new InetSocketAddress("10.0.1.2", 5001));
      SocketChannel accepted = keep(listener.accept());
      client.write(ByteBuffer.allocate(1));
      accepted.read(ByteBuffer.allocate(1));
      PathControl control = keep(PathControl.direct());
      for (int i = 2; i <= paths; i++) {
        control.open(ConnectionRef.of(client), OpenRequest.from("10.0." + i + ".1")
            .withRemote(new InetSocketAddress("10.0." + i + ".2", 5001)), Duration.ofSeconds(10));
      }
    }

    private <T extends AutoCloseable> T keep(T resource) {
      open.add(resource);
      return resource;
    }

    @Override
    public void close() throws Exception {
      for (int i = open.size() - 1; i >= 0; i--) open.get(i).close();
    }
  }

  // --- a transfer, in programs of its own ---------------------------------------------------------

  private static void measureTransfer() throws Exception {
    double with = 0;
    double without = 0;
    for (int i = 0; i < 7; i++) {
      without = Math.max(without, bestTransfer("bare"));
      with = Math.max(with, bestTransfer("package"));
    }
    System.out.printf("500 MB over loopback     bare %.0f MB/s   with the package %.0f MB/s   %.3f%n",
        without, with, with / without);
  }

  /** In a JVM of its own. */
  private static double bestTransfer(String how) throws Exception {
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp", System.getProperty("java.class.path"), "tests/bench/BenchJava.java",
        "best-transfer", how).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) throw new IOException("the transfer failed: " + output);
    return Double.parseDouble(output);
  }

  /** The fastest of some: how the two threads share two cores makes one thrice as fast as another. */
  private static double bestTransfer(boolean byPackage) throws Exception {
    double best = 0;
    for (int i = 0; i < TRANSFERS; i++) best = Math.max(best, transferOnce(byPackage));
    return best;
  }

  /** Megabytes a second. */
  private static double transferOnce(boolean byPackage) throws Exception {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET)) {
      if (byPackage) {
        Mptcp.enable(listener, Fallback.REFUSED);
        Mptcp.enable(client, Fallback.REFUSED);
      } else {
        makeMptcp(listener);
        makeMptcp(client);
      }
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.connect(listener.getLocalAddress());
      try (SocketChannel accepted = listener.accept()) {
        Thread sender = new Thread(() -> send(client));
        long begin = System.nanoTime();
        sender.start();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        long received = 0;
        while (received < TRANSFER) received += accepted.read(buffer.clear());
        double seconds = (System.nanoTime() - begin) / 1e9;
        sender.join();
        return TRANSFER / 1e6 / seconds;
      }
    }
  }

  private static void send(SocketChannel client) {
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
      long sent = 0;
      while (sent < TRANSFER) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), TRANSFER - sent));
        sent += client.write(buffer);
      }
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
