// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A small network on one machine: hosts, which are network namespaces, joined by paths whose rate,
 * delay and faults are set here, changed while traffic runs, and repeatable from a seed. It runs as
 * root or as an ordinary user, and touches nothing outside its own namespaces.
 *
 * <p>On path <i>i</i>, counted from 1, the client is 10.0.<i>i</i>.1 and fd00:0:0:<i>i</i>::1, the server
 * 10.0.<i>i</i>.2 and fd00:0:0:<i>i</i>::2. The local address decides which path a connection takes.
 *
 * <p>It lives until it is closed or this process ends; processes that were started in it end with it.
 * Any thread may use it.
 */
public final class Lab implements AutoCloseable {
  private static final int STREAM = 1; // SOCK_STREAM
  private static final int MPTCP = 262; // IPPROTO_MPTCP

  private final Handle handle;

  private Lab(long pointer) {
    handle = Handle.owned(this, "lab", pointer, Native::mptcp_lab_close);
  }

  /**
   * Builds a lab; everything works when this returns.
   *
   * @param spec what it is made of
   * @return the lab
   * @throws IllegalArgumentException if the specification can't be read, or contradicts itself
   * @throws NotPermittedException where the machine allows this user no namespaces
   * @throws IOException if it can't be built, or its name is taken
   */
  public static Lab start(LabSpec spec) throws IOException {
    return new Lab(Waits.call(spec::start));
  }

  /**
   * A running lab of this user; closing it leaves it running.
   *
   * @param name its name; "" is the lab that this process runs in, else the only one there is
   * @return the lab
   * @throws IOException if there is none
   */
  public static Lab attach(String name) throws IOException {
    byte[] text = Packed.text(name);
    return Waits.call(() -> {
      long[] lab = new long[1];
      Native.mptcp_lab_attach(text, lab);
      return new Lab(lab[0]);
    });
  }

  /**
   * The running labs of this user that have a name.
   *
   * @return their names
   * @throws IOException if they can't be listed
   */
  public static List<String> list() throws IOException {
    return names(Waits.call(Native::labNames));
  }

  /** Ends the lab and every process in it, unless it was attached to. A second time does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  /**
   * The hosts of this lab.
   *
   * @return their names
   * @throws IOException if they can't be listed
   */
  public List<String> hosts() throws IOException {
    return names(handle.use(Native::labHosts));
  }

  // --- paths -----------------------------------------------------------------------------------------

  /**
   * The paths of this lab, as they are now.
   *
   * @return the paths, in their order
   * @throws IOException if the lab is gone
   */
  public List<LabPath> paths() throws IOException {
    byte[] paths = Waits.call(() -> handle.use(Native::labPaths));
    return Packed.each(paths, Native.LAB_PATH_SIZE, LabPath::of);
  }

  /**
   * A path, as it is now.
   *
   * @param path its name, or its number, counted from 1
   * @return the path
   * @throws IOException if there is no such path
   */
  public LabPath path(String path) throws IOException {
    byte[] name = Packed.text(path);
    Packed found = Packed.ofSize(Native.LAB_PATH_SIZE);
    Waits.call(() -> handle.use(lab -> Native.mptcp_lab_get_path(lab, name, found.bytes)));
    return LabPath.of(found);
  }

  /**
   * Changes a path while traffic runs.
   *
   * @param path its name, or its number, counted from 1
   * @param words what changes: {@code "down"}, {@code "delay=80ms"}, {@code "upload:silent"}
   * @throws IllegalArgumentException if the words can't be read
   * @throws IOException if there is no such path
   */
  public void change(String path, String words) throws IOException {
    byte[] name = Packed.text(path);
    byte[] text = Packed.text(words);
    Waits.call(() -> handle.use(lab -> Native.mptcp_lab_change_path(lab, name, text)));
  }

  /**
   * The IPv4 address of a host on a path.
   *
   * @param path its name, or its number, counted from 1
   * @param host an end of it
   * @return the address, with port 0
   * @throws IOException if there is no such path or host
   */
  public InetSocketAddress address(String path, String host) throws IOException {
    return address(path, host, StandardProtocolFamily.INET);
  }

  /**
   * The address of a host on a path.
   *
   * @param path its name, or its number, counted from 1
   * @param host an end of it
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @return the address, with port 0
   * @throws IOException if there is no such path or host
   */
  public InetSocketAddress address(String path, String host, ProtocolFamily family)
      throws IOException {
    byte[] which = Packed.text(path);
    byte[] where = Packed.text(host);
    int number = Addresses.family(family);
    byte[] address = new byte[Native.ADDRESS_SIZE];
    handle.use(lab -> Native.mptcp_lab_get_address(lab, which, where, number, address));
    return Addresses.decode(address, 0);
  }

  // --- being in a host -------------------------------------------------------------------------------

  /**
   * Opens a channel in a host, for anybody and from everywhere.
   *
   * @param host the host
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param transport what it is to speak; {@link Mptcp#enable} would move it out of the host
   * @return an unconnected channel
   * @throws IOException if there is no such host, or its kernel refuses
   */
  public SocketChannel openSocketChannel(
      String host, ProtocolFamily family, Transport transport) throws IOException {
    SocketChannel channel = SocketChannel.open(family);
    move(channel, host, family, transport);
    return channel;
  }

  /**
   * Opens a listening channel in a host, for anybody and from everywhere.
   *
   * @param host the host
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param transport what it is to speak
   * @return an unbound channel
   * @throws IOException if there is no such host, or its kernel refuses
   */
  public ServerSocketChannel openServerSocketChannel(
      String host, ProtocolFamily family, Transport transport) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(family);
    move(channel, host, family, transport);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true); // as the JDK's have it
    return channel;
  }

  /**
   * Opens any descriptor in a host, for frameworks that take one.
   *
   * @param host the host
   * @param family {@link StandardProtocolFamily#INET} or {@code INET6}
   * @param type the kernel's number: 1 for a stream, 2 for datagrams
   * @param protocol the kernel's number: 0 for the usual one, 262 for MPTCP
   * @return a close-on-exec descriptor, which the caller closes
   * @throws IOException if there is no such host, or its kernel refuses
   */
  public int openDescriptor(String host, ProtocolFamily family, int type, int protocol)
      throws IOException {
    byte[] name = Packed.text(host);
    int number = Addresses.family(family);
    return Waits.call(() -> handle.use(
        lab -> Native.mptcp_lab_open_socket(lab, name, number, type, protocol)));
  }

  /**
   * Moves the calling thread, which must not be a virtual one, into a host, until the scope is closed
   * on the same thread. Only for those who are root there: a JVM that is root here, or that was
   * started inside.
   *
   * @param host the host
   * @return the scope
   * @throws NotPermittedException for others: use {@link #openSocketChannel} and {@link #command}
   * @throws IOException if there is no such host
   */
  public HostScope enter(String host) throws IOException {
    return handle.use(lab -> new HostScope(lab, host));
  }

  /**
   * A program to start in a host, for anybody.
   *
   * @param host the host
   * @param arguments the program, looked for in PATH, and its arguments
   * @return the command, to be adjusted and started
   */
  public LabCommand command(String host, String... arguments) {
    return new LabCommand(handle, host, List.of(arguments));
  }

  // The channel is the JDK's; only what is behind its number is the host's.
  private void move(java.nio.channels.Channel channel, String host, ProtocolFamily family,
      Transport transport) throws IOException {
    int fd = -1;
    try {
      fd = openDescriptor(host, family, STREAM, transport == Transport.MPTCP ? MPTCP : 0);
      Descriptors.replace(Descriptors.of(channel), fd);
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    } finally {
      if (fd >= 0) Native.closeDescriptor(fd);
    }
  }

  private static List<String> names(byte[] names) {
    return Packed.each(names, Native.LAB_NAME_SIZE,
        name -> name.textAt(Native.LAB_NAME_NAME, Native.LIBMPTCP_LAB_NAME_SIZE));
  }
}
