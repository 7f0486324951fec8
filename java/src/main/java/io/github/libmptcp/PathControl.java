// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Steering: opens, closes, prefers and announces the paths of a connection, and commands the kernel's
 * own path manager for a whole network namespace.
 *
 * <p>Everything here needs CAP_NET_ADMIN over the connection's network namespace, except where a
 * comment says otherwise; who lacks it gets a {@link NotPermittedException}. It works in the
 * network namespace of the thread that made it.
 *
 * <p>Any thread may use it, virtual ones too: while it waits, no carrier is held. It is not meant
 * for many threads at once: the calls that talk to the kernel go one after another.
 *
 * <p>While a PathControl lives, the kernel has somebody to tell of joins: without one anywhere on the
 * machine it refuses every join to a connection under the userspace path manager. Keep one in a
 * program whose connections are to be joined, even if it never opens a subflow.
 */
public final class PathControl implements AutoCloseable {
  // Held here while operations are under way: somebody may wait for a callback alone.
  private static final Set<PathControl> BUSY = ConcurrentHashMap.newKeySet();
  private static final PathManager[] MANAGERS = PathManager.values();

  private final Handle handle;
  private final Readiness readiness;
  private final Map<Long, Operation<?>> operations = new HashMap<>(); // guarded by the handle's lock

  private PathControl(long pointer) throws IOException {
    WeakReference<PathControl> self = new WeakReference<>(this);
    try {
      Readiness watched = new Readiness(Native.mptcp_path_control_descriptor(pointer), () -> {
        PathControl control = self.get();
        if (control != null) control.advance();
      });
      readiness = watched;
      handle = Handle.owned(this, "path control", pointer, freed -> {
        watched.close();
        Native.mptcp_path_control_close(freed);
      });
    } catch (IOException | RuntimeException failure) {
      Native.mptcp_path_control_close(pointer);
      throw failure;
    }
    readiness.arm();
  }

  /**
   * Opens one whose commands go straight to the kernel. Succeeds for anybody: who may not write is
   * told so by the operations.
   *
   * @return a control for the calling thread's network namespace
   * @throws NotSupportedException if this kernel has no MPTCP
   * @throws IOException if the kernel refuses
   */
  public static PathControl direct() throws IOException {
    long[] made = new long[1];
    Native.mptcp_path_control_open_direct(made);
    return new PathControl(made[0]);
  }

  /**
   * Ends it, and with it the listeners that announcing opened. Operations under way end with an
   * {@link IllegalStateException}. A second time does nothing; any thread may do it.
   */
  @Override
  public void close() {
    if (!handle.close()) return;
    fail(Failures.closed("path control"));
  }

  // --- the paths of one connection -----------------------------------------------------------------

  /**
   * Opens a subflow, and returns it once it came up and the peer has accepted it. Waits until the
   * connection may be joined (some data must have crossed).
   *
   * @param connection which connection
   * @param request from where, to where
   * @param timeout how long it may take
   * @return the subflow
   * @throws IOException with the real reason: {@link ErrorKind#LIMIT_REACHED} when the peer took the join
   *     back, {@link ErrorKind#NOT_SUPPORTED} under the kernel's path manager, ECONNREFUSED, …
   */
  public Subflow open(
      ConnectionRef connection, OpenRequest request, Duration timeout)
      throws IOException {
    return Waits.get(open(Operation.Ending.WAITED_FOR, connection, request, timeout));
  }

  /**
   * The same, at once: the future holds what {@link #open(ConnectionRef, OpenRequest, Duration)} returns or throws. Cancelling it
   * forgets the operation; what the kernel has already been asked to do may still happen.
   *
   * @param connection which connection
   * @param request from where, to where
   * @param timeout how long it may take
   * @return the operation under way
   * @throws IOException if it can't begin
   */
  public CompletableFuture<Subflow> openAsync(
      ConnectionRef connection, OpenRequest request, Duration timeout)
      throws IOException {
    return open(Operation.Ending.ASYNCHRONOUS, connection, request, timeout);
  }

  private Operation<Subflow> open(Operation.Ending ending, ConnectionRef connection, OpenRequest request, Duration timeout)
      throws IOException {
    byte[] packed = request.packed();
    int millis = Waits.millis(timeout);
    return start(connection, ending, Operation::subflowOf, (pointer, ref, number) ->
        Native.mptcp_subflow_start_open(pointer, ref, packed, millis, number));
  }

  /**
   * Closes one subflow; data in flight goes over the others. Works under every path manager.
   *
   * @param connection which connection
   * @param subflow which one
   * @param timeout how long it may take
   * @param last whether it may be the last one
   * @throws IllegalArgumentException if it is the last one, and that is to be kept
   * @throws IOException if there is no such subflow, or the kernel refuses
   */
  public void close(
      ConnectionRef connection, SubflowRef subflow, Duration timeout, LastSubflow last)
      throws IOException {
    Waits.get(close(Operation.Ending.WAITED_FOR, connection, subflow, timeout, last));
  }

  /**
   * The same, at once: the future holds what {@link #close(ConnectionRef, SubflowRef, Duration, LastSubflow)} returns or throws. Cancelling it
   * forgets the operation; what the kernel has already been asked to do may still happen.
   *
   * @param connection which connection
   * @param subflow which one
   * @param timeout how long it may take
   * @param last whether it may be the last one
   * @return the operation under way
   * @throws IOException if it can't begin
   */
  public CompletableFuture<Void> closeAsync(
      ConnectionRef connection, SubflowRef subflow, Duration timeout, LastSubflow last)
      throws IOException {
    return close(Operation.Ending.ASYNCHRONOUS, connection, subflow, timeout, last);
  }

  private Operation<Void> close(Operation.Ending ending, ConnectionRef connection, SubflowRef subflow, Duration timeout, LastSubflow last)
      throws IOException {
    byte[] packed = subflow.packed();
    int flags = last == LastSubflow.MAY_CLOSE ? Native.LIBMPTCP_CLOSE_MAY_CLOSE_LAST : 0;
    int millis = Waits.millis(timeout);
    return start(connection, ending, nothing -> null, (pointer, ref, number) ->
        Native.mptcp_subflow_start_close(pointer, ref, packed, flags, millis, number));
  }

  /**
   * Asks both ends to keep a subflow as a backup, or to use it again.
   *
   * @param connection which connection
   * @param subflow which one
   * @param priority how it is to be used
   * @param timeout how long it may take
   * @return the subflow, as it is now
   * @throws IOException if there is no such subflow, or the kernel refuses
   */
  public Subflow prefer(
      ConnectionRef connection, SubflowRef subflow, Priority priority, Duration timeout)
      throws IOException {
    return Waits.get(prefer(Operation.Ending.WAITED_FOR, connection, subflow, priority, timeout));
  }

  /**
   * The same, at once: the future holds what {@link #prefer(ConnectionRef, SubflowRef, Priority, Duration)} returns or throws. Cancelling it
   * forgets the operation; what the kernel has already been asked to do may still happen.
   *
   * @param connection which connection
   * @param subflow which one
   * @param priority how it is to be used
   * @param timeout how long it may take
   * @return the operation under way
   * @throws IOException if it can't begin
   */
  public CompletableFuture<Subflow> preferAsync(
      ConnectionRef connection, SubflowRef subflow, Priority priority, Duration timeout)
      throws IOException {
    return prefer(Operation.Ending.ASYNCHRONOUS, connection, subflow, priority, timeout);
  }

  private Operation<Subflow> prefer(Operation.Ending ending, ConnectionRef connection, SubflowRef subflow, Priority priority, Duration timeout)
      throws IOException {
    byte[] packed = subflow.packed();
    int millis = Waits.millis(timeout);
    return start(connection, ending, Operation::subflowOf, (pointer, ref, number) ->
        Native.mptcp_subflow_start_prefer(
            pointer, ref, packed, priority.ordinal(), millis, number));
  }

  /**
   * Announces an address to the peer, which may then join it.
   *
   * @param connection which connection
   * @param request the address
   * @param timeout how long it may take
   * @return what was announced, with its id
   * @throws IOException if the id or address is in use, or the kernel refuses
   */
  public Announcement announce(
      ConnectionRef connection, AnnounceRequest request, Duration timeout)
      throws IOException {
    return Waits.get(announce(Operation.Ending.WAITED_FOR, connection, request, timeout));
  }

  /**
   * The same, at once: the future holds what {@link #announce(ConnectionRef, AnnounceRequest, Duration)} returns or throws. Cancelling it
   * forgets the operation; what the kernel has already been asked to do may still happen.
   *
   * @param connection which connection
   * @param request the address
   * @param timeout how long it may take
   * @return the operation under way
   * @throws IOException if it can't begin
   */
  public CompletableFuture<Announcement> announceAsync(
      ConnectionRef connection, AnnounceRequest request, Duration timeout)
      throws IOException {
    return announce(Operation.Ending.ASYNCHRONOUS, connection, request, timeout);
  }

  private Operation<Announcement> announce(Operation.Ending ending, ConnectionRef connection, AnnounceRequest request, Duration timeout)
      throws IOException {
    byte[] packed = request.packed();
    int millis = Waits.millis(timeout);
    return start(connection, ending, Operation::announcementOf, (pointer, ref, number) ->
        Native.mptcp_address_start_announce(pointer, ref, packed, millis, number));
  }

  /**
   * Takes an announced address back: the peer closes the subflows that use its id, our ends of them
   * are closed, and the listener that announcing it opened. 0 withdraws the initial address.
   *
   * @param connection which connection
   * @param id the address id
   * @param timeout how long it may take
   * @throws IllegalArgumentException while no subflow with another id is up
   * @throws IOException if there is no such id, or the kernel refuses
   */
  public void withdraw(
      ConnectionRef connection, int id, Duration timeout)
      throws IOException {
    Waits.get(withdraw(Operation.Ending.WAITED_FOR, connection, id, timeout));
  }

  /**
   * The same, at once: the future holds what {@link #withdraw(ConnectionRef, int, Duration)} returns or throws. Cancelling it
   * forgets the operation; what the kernel has already been asked to do may still happen.
   *
   * @param connection which connection
   * @param id the address id
   * @param timeout how long it may take
   * @return the operation under way
   * @throws IOException if it can't begin
   */
  public CompletableFuture<Void> withdrawAsync(
      ConnectionRef connection, int id, Duration timeout)
      throws IOException {
    return withdraw(Operation.Ending.ASYNCHRONOUS, connection, id, timeout);
  }

  private Operation<Void> withdraw(Operation.Ending ending, ConnectionRef connection, int id, Duration timeout)
      throws IOException {
    int millis = Waits.millis(timeout);
    return start(connection, ending, nothing -> null, (pointer, ref, number) ->
        Native.mptcp_address_start_withdraw(pointer, ref, id, millis, number));
  }

  /**
   * Closes one subflow, unless it is the last one.
   *
   * @param connection which connection
   * @param subflow which one
   * @param timeout how long it may take
   * @throws IllegalArgumentException if it is the last one
   * @throws IOException if there is no such subflow, or the kernel refuses
   */
  public void close(ConnectionRef connection, SubflowRef subflow, Duration timeout)
      throws IOException {
    close(connection, subflow, timeout, LastSubflow.KEEP);
  }

  // --- path managers -------------------------------------------------------------------------------

  /**
   * Which path manager looks after a connection: fixed when its socket was made. No privilege.
   *
   * @param connection which connection
   * @return its path manager
   * @throws IOException if it can't be told
   */
  public PathManager pathManager(ConnectionRef connection) throws IOException {
    try {
      long ref = connection.number();
      return handle.use(pointer -> MANAGERS[Native.mptcp_connection_get_path_manager(pointer, ref)]);
    } finally {
      Reference.reachabilityFence(connection);
    }
  }

  /**
   * The path manager that new connections of this namespace get. No privilege.
   *
   * @return the path manager
   * @throws IOException if it can't be told
   */
  public PathManager namespacePathManager() throws IOException {
    return handle.use(pointer -> MANAGERS[Native.mptcp_namespace_get_path_manager(pointer)]);
  }

  /**
   * Sets the path manager of new connections of this namespace.
   *
   * @param manager the path manager
   * @throws IOException if the kernel refuses
   */
  public void setNamespacePathManager(PathManager manager) throws IOException {
    handle.use(
        pointer -> Native.mptcp_namespace_set_path_manager(pointer, manager.ordinal()));
  }

  /**
   * Puts one unconnected client socket under the userspace path manager, the namespace staying as it
   * is. Options and binding survive. The namespace's setting is changed and put back within
   * microseconds, one process at a time: sockets that others make just then are converted too.
   *
   * @param socket which one
   * @throws IOException if the kernel refuses
   */
  public void convertPathManager(ConnectionRef socket) throws IOException {
    try {
      int fd = socket.fd();
      handle.use(pointer -> Native.mptcp_socket_convert_path_manager(pointer, fd));
    } finally {
      Reference.reachabilityFence(socket);
    }
  }

  // --- endpoints and limits of the kernel's manager ------------------------------------------------

  /**
   * The endpoints of this namespace. No privilege.
   *
   * @return the endpoints
   * @throws IOException if the kernel refuses
   */
  public List<Endpoint> listEndpoints() throws IOException {
    return Packed.each(handle.use(Native::endpoints), Native.ENDPOINT_SIZE, Endpoint::of);
  }

  /**
   * Adds an endpoint, for all connections that the kernel's manager looks after.
   *
   * @param endpoint the endpoint; id 0 lets the kernel allot one
   * @return its id
   * @throws IOException if the id or address is in use, or the kernel refuses
   */
  public int addEndpoint(Endpoint endpoint) throws IOException {
    byte[] packed = endpoint.packed();
    return handle.use(pointer -> Native.mptcp_endpoint_add(pointer, packed));
  }

  /**
   * Sets the backup and fullmesh flags of an endpoint.
   *
   * @param id its id
   * @param flags of {@link EndpointFlag#BACKUP} and {@link EndpointFlag#FULLMESH}, those that are to
   *     be set
   * @throws IOException if there is no such endpoint, or the kernel refuses
   */
  public void changeEndpoint(int id, EndpointFlag... flags) throws IOException {
    int bits = EndpointFlag.bits(flags);
    handle.use(pointer -> Native.mptcp_endpoint_change(pointer, id, bits));
  }

  /**
   * Removes an endpoint.
   *
   * @param id its id
   * @throws IOException if there is no such endpoint, or the kernel refuses
   */
  public void removeEndpoint(int id) throws IOException {
    handle.use(pointer -> Native.mptcp_endpoint_remove(pointer, id));
  }

  /**
   * Removes every endpoint.
   *
   * @throws IOException if the kernel refuses
   */
  public void flushEndpoints() throws IOException {
    handle.use(Native::mptcp_endpoint_flush);
  }

  /**
   * The limits of this namespace. No privilege.
   *
   * @return the limits
   * @throws IOException if the kernel refuses
   */
  public Limits limits() throws IOException {
    Packed limits = Packed.ofSize(Native.LIMITS_SIZE);
    handle.use(pointer -> Native.mptcp_limits_get(pointer, limits.bytes));
    return Limits.of(limits);
  }

  /**
   * Sets the limits of this namespace.
   *
   * @param limits the limits
   * @throws IOException if the kernel refuses
   */
  public void setLimits(Limits limits) throws IOException {
    byte[] packed = limits.packed();
    handle.use(pointer -> Native.mptcp_limits_set(pointer, packed));
  }

  // --- operations under way ------------------------------------------------------------------------

  private interface Start {
    int of(long pointer, long connection, long[] number) throws IOException;
  }

  private <T> Operation<T> start(ConnectionRef connection, Operation.Ending ending,
      Function<byte[], T> result, Start start) throws IOException {
    Operation<T> operation = new Operation<>(this, connection, ending, result);
    long[] number = new long[1];
    handle.lock.lock();
    try {
      start.of(handle.pointer(), connection.number(), number);
      operation.begin(number[0]);
      operations.put(number[0], operation);
      BUSY.add(this);
    } finally {
      handle.lock.unlock();
    }
    readiness.arm();
    return operation;
  }

  /** On the thread that tells of readiness. */
  private void advance() {
    Map<Operation<?>, byte[]> finished = new HashMap<>();
    try {
      handle.lock.lock();
      try {
        collect(finished);
      } finally {
        handle.lock.unlock();
      }
      readiness.arm();
    } catch (IOException | IllegalStateException failure) {
      fail(failure);
    }
    finished.forEach(Operation::finish);
  }

  private void collect(Map<Operation<?>, byte[]> finished) throws IOException {
    byte[] one;
    while ((one = Native.completion(handle.pointer())) != null) {
      Operation<?> operation = operations.remove(Operation.numberOf(one));
      if (operation != null) finished.put(operation, one);
    }
    if (operations.isEmpty()) BUSY.remove(this);
  }

  void forget(long number) {
    try {
      handle.use(pointer -> {
        if (operations.remove(number) == null) return null;
        if (operations.isEmpty()) BUSY.remove(this);
        return Native.mptcp_path_control_cancel(pointer, number);
      });
    } catch (IOException | IllegalStateException over) {
      // Closed: it is forgotten already.
    }
  }

  private void fail(Exception failure) {
    List<Operation<?>> all;
    handle.lock.lock();
    try {
      all = new ArrayList<>(operations.values());
      operations.clear();
      BUSY.remove(this);
    } finally {
      handle.lock.unlock();
    }
    all.forEach(operation -> operation.fail(failure));
  }
}
