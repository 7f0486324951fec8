// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import javax.net.ssl.SSLSocket;

/**
 * The descriptor numbers behind the JDK's objects. A number is good for as long as its object lives
 * and is open, so {@code with} keeps the object while the number is used.
 */
final class Descriptors {
  private Descriptors() {}

  /** What is done with a number. */
  interface Use<T> {
    T of(int fd) throws IOException;
  }

  static <T> T with(Socket socket, Use<T> use) throws IOException {
    try {
      return use.of(of(socket));
    } finally {
      Reference.reachabilityFence(socket);
    }
  }

  static <T> T with(ServerSocket socket, Use<T> use) throws IOException {
    try {
      return use.of(of(socket));
    } finally {
      Reference.reachabilityFence(socket);
    }
  }

  static <T> T with(Channel channel, Use<T> use) throws IOException {
    try {
      return use.of(of(channel));
    } finally {
      Reference.reachabilityFence(channel);
    }
  }

  static <T> T with(FileDescriptor descriptor, Use<T> use) throws IOException {
    try {
      return use.of(of(descriptor));
    } finally {
      Reference.reachabilityFence(descriptor);
    }
  }

  static int of(Socket socket) throws IOException {
    if (socket.getChannel() != null) return of(socket.getChannel());
    if (socket instanceof SSLSocket) return ofLayered(socket);
    int fd = Native.ofSocket(socket);
    if (fd >= 0) return fd;
    if (socket.isClosed()) throw Failures.closedSocket("Socket is closed");
    socket.getReuseAddress(); // a new Socket has no descriptor until something asks for one
    return require(Native.ofSocket(socket), socket);
  }

  static int of(ServerSocket socket) throws IOException {
    if (socket.getChannel() != null) return of(socket.getChannel());
    int fd = Native.ofServerSocket(socket);
    if (fd >= 0) return fd;
    if (socket.isClosed()) throw Failures.closedSocket("Socket is closed");
    socket.getReuseAddress();
    return require(Native.ofServerSocket(socket), socket);
  }

  static int of(Channel channel) throws IOException {
    requireOpen(channel);
    return require(Native.ofChannel(channel), channel);
  }

  static int status(Channel channel) throws IOException {
    try {
      requireOpen(channel);
      return require(Native.statusOfChannel(channel), channel);
    } finally {
      Reference.reachabilityFence(channel);
    }
  }

  // A closed one keeps its number, which may be somebody else's by now.
  private static void requireOpen(Channel channel) throws IOException {
    if (!channel.isOpen()) throw Failures.closedSocket("Channel is closed");
  }

  static int of(FileDescriptor descriptor) throws IOException {
    int fd = Native.ofFileDescriptor(descriptor);
    if (fd < 0 && !descriptor.valid()) throw Failures.closedSocket("FileDescriptor is closed");
    return require(fd, descriptor);
  }

  private static int ofLayered(Socket ssl) throws IOException {
    Socket under = Native.layeredSocket(ssl);
    if (under != null && under != ssl) return of(under);
    if (under == null) {
      throw new UnsupportedOperationException(
          ssl.getClass().getName() + " does not show its socket: pass the one that it was made of");
    }
    ssl.getReuseAddress();
    return require(Native.ofSocket(ssl), ssl);
  }

  private static int require(int fd, Object object) {
    if (fd >= 0) return fd;
    String missing = Native.missingInJdk();
    throw new UnsupportedOperationException("no descriptor is known behind "
        + object.getClass().getName() + (missing == null ? "" : "; this JDK lacks " + missing)
        + ": pass the number of the descriptor");
  }

  /**
   * A channel that a Selector can wait on for `fd` to be readable. It is the source of a pipe whose
   * descriptor was made another name of `fd`, so that it can be closed by itself.
   */
  static Pipe.SourceChannel selectable(int fd) throws IOException {
    Pipe pipe = Pipe.open();
    pipe.sink().close();
    Pipe.SourceChannel channel = pipe.source();
    replace(of(channel), fd);
    channel.configureBlocking(false);
    return channel;
  }

  /** Makes the number of a fresh object another name of what `fd` is. */
  static void replace(int number, int fd) throws IOException {
    if (Native.duplicateOnto(fd, number)) return;
    throw new MptcpException(ErrorKind.SYSTEM, 0,
        "descriptor " + fd + " could not be put in the place of " + number);
  }
}
