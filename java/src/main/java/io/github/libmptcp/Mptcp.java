// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * Multipath TCP for the sockets that a program already has: turn it on before connecting, ask
 * afterwards whether it holds, and over which paths. None of this needs a privilege, and none of it
 * waits.
 *
 * <p>Each function takes a socket, a channel or the number of a descriptor, reads the kernel
 * afresh, and keeps nothing. Any thread may call any of them. A socket that is closed is a {@link
 * java.net.SocketException}; a number that is no descriptor is an {@link IllegalArgumentException},
 * and one that was reused is whatever it now is: pass objects where you have them.
 *
 * <p>Steering is {@link PathControl}'s, news are {@link EventStream}'s.
 */
public final class Mptcp {
  private static final Status[] STATUSES = Status.values();

  private Mptcp() {}

  /** {@return the version of this library: {@code "0.1.0"}} */
  public static String version() {
    return Native.mptcp_version_string();
  }

  /** {@return whether the native part is loaded and this machine has MPTCP sockets} */
  public static boolean isAvailable() {
    return unavailabilityReason().isEmpty();
  }

  /**
   * Says what to do where {@link #isAvailable()} is false.
   *
   * @return why the native part could not be loaded, or why there are no MPTCP sockets; empty when
   *     all is well
   */
  public static Optional<String> unavailabilityReason() {
    String whyNot = NativeLibrary.whyNot();
    if (whyNot != null) return Optional.of(whyNot);
    try {
      CapabilityReport report = capability(Capability.MPTCP_SOCKETS);
      if (report.available()) return Optional.empty();
      return Optional.of(report.reason()
          + (report.remedy().isEmpty() ? "" : ": " + report.remedy()));
    } catch (IOException failure) {
      return Optional.of(failure.getMessage());
    }
  }

  // --- turning MPTCP on --------------------------------------------------------------------------

  /**
   * Makes an unconnected TCP socket an MPTCP one, under the same descriptor number; options are
   * carried over. Do it before bind, connect, listen, and before it is registered with a Selector.
   * An MPTCP socket stays as it is.
   *
   * @param fd the number of a descriptor
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(int fd, Fallback fallback) throws IOException {
    return Transport.values()[Native.mptcp_socket_enable(fd, strict(fallback))];
  }

  /**
   * As {@link #enable(int, Fallback)}.
   *
   * @param socket a socket
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(Socket socket, Fallback fallback) throws IOException {
    return Descriptors.with(socket, fd -> enable(fd, fallback));
  }

  /**
   * As {@link #enable(int, Fallback)}.
   *
   * @param socket a listening socket
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(ServerSocket socket, Fallback fallback) throws IOException {
    return Descriptors.with(socket, fd -> enable(fd, fallback));
  }

  /**
   * As {@link #enable(int, Fallback)}.
   *
   * @param channel a channel
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(SocketChannel channel, Fallback fallback) throws IOException {
    refuseRegistered(channel);
    return Descriptors.with(channel, fd -> enable(fd, fallback));
  }

  /**
   * As {@link #enable(int, Fallback)}.
   *
   * @param channel a listening channel
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(ServerSocketChannel channel, Fallback fallback) throws IOException {
    refuseRegistered(channel);
    return Descriptors.with(channel, fd -> enable(fd, fallback));
  }

  /**
   * As {@link #enable(int, Fallback)}.
   *
   * @param descriptor a descriptor
   * @param fallback what is wanted where the machine has no MPTCP
   * @return {@link Transport#TCP}, and nothing is changed, where the machine has no MPTCP
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(FileDescriptor descriptor, Fallback fallback) throws IOException {
    return Descriptors.with(descriptor, fd -> enable(fd, fallback));
  }

  /**
   * {@link #enable(int, Fallback)} with {@link Fallback#ALLOWED}.
   *
   * @param fd the number of a descriptor
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(int fd) throws IOException {
    return enable(fd, Fallback.ALLOWED);
  }

  /**
   * As {@link #enable(int)}.
   *
   * @param socket a socket
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(Socket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::enable);
  }

  /**
   * As {@link #enable(int)}.
   *
   * @param socket a listening socket
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(ServerSocket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::enable);
  }

  /**
   * As {@link #enable(int)}.
   *
   * @param channel a channel
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(SocketChannel channel) throws IOException {
    refuseRegistered(channel);
    return Descriptors.with(channel, Mptcp::enable);
  }

  /**
   * As {@link #enable(int)}.
   *
   * @param channel a listening channel
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(ServerSocketChannel channel) throws IOException {
    refuseRegistered(channel);
    return Descriptors.with(channel, Mptcp::enable);
  }

  /**
   * As {@link #enable(int)}.
   *
   * @param descriptor a descriptor
   * @return what it will ask its peer to speak
   * @throws NotSupportedException if an option that was set can not be taken over; and, with {@link
   *     Fallback#REFUSED}, if there is no MPTCP
   * @throws IllegalArgumentException if it is bound, connected, listening, registered with a Selector, or
   *     no TCP socket
   * @throws IOException if the kernel refuses
   */
  public static Transport enable(FileDescriptor descriptor) throws IOException {
    return Descriptors.with(descriptor, Mptcp::enable);
  }

  /**
   * Opens a descriptor, for frameworks that take one: Netty's {@code new EpollSocketChannel(fd)}.
   *
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param fallback what is wanted where the machine has no MPTCP
   * @return an unconnected, close-on-exec, blocking stream socket, which the caller closes
   * @throws NotSupportedException if there is no MPTCP and falling back was refused
   * @throws IOException if the kernel refuses
   */
  public static int openDescriptor(ProtocolFamily family, Fallback fallback) throws IOException {
    return Native.mptcp_socket_open(Addresses.family(family), strict(fallback));
  }

  /**
   * Opens an unconnected socket.
   *
   * @param fallback what is wanted where the machine has no MPTCP
   * @return a socket of the JDK's, which asks for MPTCP when it connects
   * @throws NotSupportedException if there is no MPTCP and falling back was refused
   * @throws IOException if the kernel refuses
   */
  public static Socket openSocket(Fallback fallback) throws IOException {
    return enabled(new Socket(), socket -> enable(socket, fallback));
  }

  /**
   * Opens an unbound listening socket.
   *
   * @param fallback what is wanted where the machine has no MPTCP
   * @return a socket of the JDK's, which accepts MPTCP and plain TCP
   * @throws NotSupportedException if there is no MPTCP and falling back was refused
   * @throws IOException if the kernel refuses
   */
  public static ServerSocket openServerSocket(Fallback fallback) throws IOException {
    return enabled(new ServerSocket(), socket -> enable(socket, fallback));
  }

  /**
   * Opens an unconnected channel.
   *
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param fallback what is wanted where the machine has no MPTCP
   * @return a channel of the JDK's, which asks for MPTCP when it connects
   * @throws NotSupportedException if there is no MPTCP and falling back was refused
   * @throws IOException if the kernel refuses
   */
  public static SocketChannel openSocketChannel(ProtocolFamily family, Fallback fallback)
      throws IOException {
    return enabled(SocketChannel.open(family), channel -> enable(channel, fallback));
  }

  /**
   * Opens an unbound listening channel.
   *
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param fallback what is wanted where the machine has no MPTCP
   * @return a channel of the JDK's, which accepts MPTCP and plain TCP
   * @throws NotSupportedException if there is no MPTCP and falling back was refused
   * @throws IOException if the kernel refuses
   */
  public static ServerSocketChannel openServerSocketChannel(
      ProtocolFamily family, Fallback fallback) throws IOException {
    return enabled(ServerSocketChannel.open(family), channel -> enable(channel, fallback));
  }

  private interface Enable<T> {
    Transport of(T socket) throws IOException;
  }

  private static <T extends Closeable> T enabled(T socket, Enable<T> enable) throws IOException {
    try {
      enable.of(socket);
      return socket;
    } catch (IOException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }

  private static int strict(Fallback fallback) {
    return fallback == Fallback.REFUSED ? Native.LIBMPTCP_SOCKET_STRICT : 0;
  }

  // Its key would go on waiting for the socket that it was.
  private static void refuseRegistered(SelectableChannel channel) {
    if (channel.isRegistered()) {
      throw Failures.invalid("the channel is registered with a Selector: enable it before");
    }
  }

  // --- asking afterwards -------------------------------------------------------------------------

  /**
   * What a connection really is, now: one or two system calls.
   *
   * @param fd the number of a descriptor
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(int fd) throws IOException {
    return STATUSES[Native.mptcp_connection_get_status(fd)];
  }

  /**
   * As {@link #status(int)}.
   *
   * @param socket a socket
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(Socket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::status);
  }

  /**
   * As {@link #status(int)}.
   *
   * @param socket a listening socket
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(ServerSocket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::status);
  }

  /**
   * As {@link #status(int)}.
   *
   * @param channel a channel
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(SocketChannel channel) throws IOException {
    return STATUSES[Descriptors.status(channel)];
  }

  /**
   * As {@link #status(int)}.
   *
   * @param channel a listening channel
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(ServerSocketChannel channel) throws IOException {
    return STATUSES[Descriptors.status(channel)];
  }

  /**
   * As {@link #status(int)}.
   *
   * @param descriptor a descriptor
   * @return the status; it can change as late as the first data
   * @throws IllegalArgumentException if it is no TCP or MPTCP socket
   * @throws IOException if the kernel refuses
   */
  public static Status status(FileDescriptor descriptor) throws IOException {
    return Descriptors.with(descriptor, Mptcp::status);
  }

  /**
   * The totals of a connection: the kernel's {@code struct mptcp_info}.
   *
   * @param fd the number of a descriptor
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(int fd) throws IOException {
    return ConnectionInfo.of(fd);
  }

  /**
   * As {@link #info(int)}.
   *
   * @param socket a socket
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(Socket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::info);
  }

  /**
   * As {@link #info(int)}.
   *
   * @param socket a listening socket
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(ServerSocket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::info);
  }

  /**
   * As {@link #info(int)}.
   *
   * @param channel a channel
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(SocketChannel channel) throws IOException {
    return Descriptors.with(channel, Mptcp::info);
  }

  /**
   * As {@link #info(int)}.
   *
   * @param channel a listening channel
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(ServerSocketChannel channel) throws IOException {
    return Descriptors.with(channel, Mptcp::info);
  }

  /**
   * As {@link #info(int)}.
   *
   * @param descriptor a descriptor
   * @return every field that this kernel tells
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static ConnectionInfo info(FileDescriptor descriptor) throws IOException {
    return Descriptors.with(descriptor, Mptcp::info);
  }

  /**
   * The live subflows of a connection, oldest first, at one instant. A fresh or listening socket has
   * none.
   *
   * @param fd the number of a descriptor
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(int fd) throws IOException {
    return Subflow.list(fd, Depth.SNAPSHOT);
  }

  /**
   * As {@link #subflows(int)}.
   *
   * @param socket a socket
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(Socket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::subflows);
  }

  /**
   * As {@link #subflows(int)}.
   *
   * @param socket a listening socket
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(ServerSocket socket) throws IOException {
    return Descriptors.with(socket, Mptcp::subflows);
  }

  /**
   * As {@link #subflows(int)}.
   *
   * @param channel a channel
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(SocketChannel channel) throws IOException {
    return Descriptors.with(channel, Mptcp::subflows);
  }

  /**
   * As {@link #subflows(int)}.
   *
   * @param channel a listening channel
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(ServerSocketChannel channel) throws IOException {
    return Descriptors.with(channel, Mptcp::subflows);
  }

  /**
   * As {@link #subflows(int)}.
   *
   * @param descriptor a descriptor
   * @return the subflows, without detail
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(FileDescriptor descriptor) throws IOException {
    return Descriptors.with(descriptor, Mptcp::subflows);
  }

  /**
   * The live subflows of a connection, oldest first.
   *
   * @param fd the number of a descriptor
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(int fd, Depth depth) throws IOException {
    return Subflow.list(fd, depth);
  }

  /**
   * As {@link #subflows(int, Depth)}.
   *
   * @param socket a socket
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(Socket socket, Depth depth) throws IOException {
    return Descriptors.with(socket, fd -> subflows(fd, depth));
  }

  /**
   * As {@link #subflows(int, Depth)}.
   *
   * @param socket a listening socket
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(ServerSocket socket, Depth depth) throws IOException {
    return Descriptors.with(socket, fd -> subflows(fd, depth));
  }

  /**
   * As {@link #subflows(int, Depth)}.
   *
   * @param channel a channel
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(SocketChannel channel, Depth depth) throws IOException {
    return Descriptors.with(channel, fd -> subflows(fd, depth));
  }

  /**
   * As {@link #subflows(int, Depth)}.
   *
   * @param channel a listening channel
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(ServerSocketChannel channel, Depth depth) throws IOException {
    return Descriptors.with(channel, fd -> subflows(fd, depth));
  }

  /**
   * As {@link #subflows(int, Depth)}.
   *
   * @param descriptor a descriptor
   * @param depth how much is asked
   * @return the subflows
   * @throws FellBackException if the connection is plain TCP now
   * @throws IllegalArgumentException if it never was MPTCP
   * @throws IOException if the kernel refuses
   */
  public static List<Subflow> subflows(FileDescriptor descriptor, Depth depth) throws IOException {
    return Descriptors.with(descriptor, fd -> subflows(fd, depth));
  }

  // --- this machine, and connections that are not ours ---------------------------------------------

  /**
   * What this machine, this user and the calling thread's network namespace allow, found by trying.
   *
   * @return a report for every capability, in their order
   * @throws IOException if it can't be found out
   */
  public static List<CapabilityReport> capabilities() throws IOException {
    byte[] reports = Waits.call(Native::capabilities);
    return Packed.each(reports, Native.CAPABILITY_SIZE, CapabilityReport::of);
  }

  /**
   * One of {@link #capabilities()}.
   *
   * @param capability which one
   * @return its report
   * @throws IOException if it can't be found out
   */
  public static CapabilityReport capability(Capability capability) throws IOException {
    Packed report = Packed.ofSize(Native.CAPABILITY_SIZE);
    Waits.call(() -> Native.mptcp_capability_get(capability.ordinal(), report.bytes));
    return CapabilityReport.of(report);
  }

  /**
   * Every MPTCP connection of the calling thread's network namespace, listeners left out; also one
   * whose client asked for MPTCP and fell back.
   *
   * @return the connections at this moment
   * @throws NotSupportedException where the kernel has no MPTCP sock_diag
   * @throws IOException if the kernel refuses
   */
  public static List<ListedConnection> listConnections() throws IOException {
    return Waits.call(ListedConnection::list);
  }

  /**
   * One of {@link #listConnections()}.
   *
   * @param token its local token
   * @return the connection, or nothing when the token is nobody's
   * @throws IOException as {@link #listConnections()} does
   */
  public static Optional<ListedConnection> findConnection(long token) throws IOException {
    return listConnections().stream().filter(one -> one.token() == token).findFirst();
  }

  /**
   * A duplicate of a descriptor of another process, for whoever may debug that process: what only an
   * owner is told, subflow ids above all, can then be asked. Close it soon: while it is open, the
   * owner's close does not close the connection.
   *
   * @param pid the process
   * @param fd its descriptor
   * @return ours
   * @throws MptcpException if there is no such process or descriptor ({@link ErrorKind#NOT_FOUND})
   * @throws IOException if the kernel refuses
   */
  public static BorrowedDescriptor borrowDescriptor(int pid, int fd) throws IOException {
    return new BorrowedDescriptor(Native.mptcp_descriptor_borrow(pid, fd));
  }

  // --- addresses as text ---------------------------------------------------------------------------

  /**
   * Reads {@code "10.0.0.1"}, {@code "10.0.0.1:80"}, {@code "fe80::1%eth0"}, {@code
   * "[2001:db8::1]:443"}; never a host name.
   *
   * @param text the address
   * @return the address; a missing port is 0
   * @throws IllegalArgumentException if it is none
   */
  public static InetSocketAddress parseAddress(String text) {
    try {
      return Addresses.parse(text);
    } catch (IOException unlikely) {
      throw Failures.invalid(unlikely.getMessage());
    }
  }

  /**
   * Writes what {@link #parseAddress} reads, as every language of libmptcp does.
   *
   * @param address an IP address, resolved
   * @return the text; the port is left out when it is 0
   * @throws IllegalArgumentException if it is not resolved
   */
  public static String formatAddress(InetSocketAddress address) {
    try {
      return Addresses.format(address);
    } catch (IOException unlikely) {
      throw Failures.invalid(unlikely.getMessage());
    }
  }
}
