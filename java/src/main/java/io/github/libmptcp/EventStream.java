// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * What happens to connections, as it happens: typed events, in order, each once.
 *
 * <p>Nothing is lost: when the kernel's queue overflows, or a connection is added late, the stream
 * compares with what the kernel says now and delivers the difference (all but announcements, which
 * the kernel does not keep). The kernel's notifications need CAP_NET_ADMIN; without it, {@link
 * Sampling} alone still finds what happens to one's own connections, as late as the interval.
 *
 * <p>Wait as you like: iterate on a plain or a virtual thread, {@linkplain #take() take} one, register
 * the {@link #channel()} with a Selector and {@link #read}, or subscribe to the {@link
 * #publisher()}. Any thread may use it; each event goes to one of those who ask. It works in the
 * network namespace of the thread that opened it.
 */
public final class EventStream implements AutoCloseable, Iterable<Event> {
  private static final int AT_ONCE = 256;

  private final Handle handle;
  private final Readiness readiness;
  private final Condition readable;
  // Guarded by the handle's lock.
  private final Queue<Event> fetched = new ArrayDeque<>();
  private final Map<Integer, ConnectionRef> added = new HashMap<>();

  private EventStream(long pointer) throws IOException {
    WeakReference<EventStream> self = new WeakReference<>(this);
    try {
      Readiness watched = new Readiness(Native.mptcp_event_stream_descriptor(pointer), () -> {
        EventStream stream = self.get();
        if (stream != null) stream.wake();
      });
      readiness = watched;
      handle = Handle.owned(this, "event stream", pointer, freed -> {
        watched.close();
        Native.mptcp_event_stream_close(freed);
      });
    } catch (IOException | RuntimeException failure) {
      Native.mptcp_event_stream_close(pointer);
      throw failure;
    }
    readable = handle.lock.newCondition();
  }

  /**
   * Opens a stream.
   *
   * @param scope what it tells of
   * @return the stream
   * @throws NotPermittedException if {@link Scope#NAMESPACE} is asked for without the right to it
   * @throws IOException if the kernel refuses
   */
  public static EventStream open(Scope scope) throws IOException {
    long[] made = new long[1];
    Native.mptcp_event_stream_open(scope.ordinal(), made);
    return new EventStream(made[0]);
  }

  /** Ends it, and whoever waits on it. A second time does nothing; any thread may do it. */
  @Override
  public void close() {
    if (handle.close()) wake();
  }

  // --- what it tells of ------------------------------------------------------------------------------

  /**
   * Watches a connection, without sampling.
   *
   * @param connection a socket of ours; may be unconnected yet
   * @throws IOException as {@link #add(ConnectionRef, Sampling)} does
   */
  public void add(ConnectionRef connection) throws IOException {
    add(connection, Sampling.NEVER);
  }

  /**
   * Watches a connection. What already exists is delivered first, as events of origin {@link
   * EventOrigin#COMPARISON}. Closing the socket ends the watch, with one {@link EventKind#CLOSED}.
   *
   * @param connection a socket of ours; may be unconnected yet
   * @param sampling how to find what the kernel does not notify
   * @throws NotPermittedException without sampling where there are no notifications
   * @throws MptcpException if it was added ({@link ErrorKind#ALREADY_EXISTS})
   * @throws FellBackException if it is plain TCP now
   * @throws IllegalArgumentException if it listens, never was MPTCP, or is of another namespace
   * @throws IOException if the kernel refuses
   */
  public void add(ConnectionRef connection, Sampling sampling) throws IOException {
    try {
      int fd = connection.fd();
      byte[] packed = sampling.packed();
      handle.use(pointer -> {
        Native.mptcp_event_stream_add(pointer, fd, packed);
        return added.put(fd, connection);
      });
    } finally {
      Reference.reachabilityFence(connection);
    }
  }

  /**
   * Watches a connection no longer.
   *
   * @param connection what was added
   * @throws MptcpException if it was not ({@link ErrorKind#NOT_FOUND})
   * @throws IOException if the kernel refuses
   */
  public void remove(ConnectionRef connection) throws IOException {
    int fd = connection.fd();
    handle.use(pointer -> {
      Native.mptcp_event_stream_remove(pointer, fd);
      return added.remove(fd);
    });
  }

  // --- reading it --------------------------------------------------------------------------------------

  /**
   * The next event, if it is there. Never waits.
   *
   * @return the event, or nothing
   * @throws IllegalStateException if the stream is closed
   * @throws IOException if the kernel refuses
   */
  public Optional<Event> poll() throws IOException {
    return Optional.ofNullable(handle.use(this::fetch));
  }

  /**
   * What is there now. Never waits.
   *
   * @param atMost how many events
   * @return the events
   * @throws IllegalStateException if the stream is closed
   * @throws IOException if the kernel refuses
   */
  public List<Event> read(int atMost) throws IOException {
    return handle.use(pointer -> {
      List<Event> events = new ArrayList<>();
      Event event;
      while (events.size() < atMost && (event = fetch(pointer)) != null) events.add(event);
      return events;
    });
  }

  /**
   * Waits for the next event.
   *
   * @return the event
   * @throws IllegalStateException if the stream is closed, also meanwhile
   * @throws InterruptedException if the thread is interrupted
   * @throws IOException if the kernel refuses
   */
  public Event take() throws IOException, InterruptedException {
    return await(Long.MAX_VALUE);
  }

  /**
   * Waits for the next event, up to a time.
   *
   * @param timeout how long
   * @return the event
   * @throws java.net.SocketTimeoutException if there was none
   * @throws IllegalStateException if the stream is closed, also meanwhile
   * @throws InterruptedException if the thread is interrupted
   * @throws IOException if the kernel refuses
   */
  public Event take(Duration timeout) throws IOException, InterruptedException {
    Event event = await(TimeUnit.MILLISECONDS.toNanos(Waits.millis(timeout)));
    if (event != null) return event;
    throw (IOException) Failures.of(ErrorKind.TIMED_OUT, 0,
        "waiting for an event: there was none for " + timeout.toMillis() + " ms");
  }

  /**
   * The events, as they come: {@code hasNext} waits, and is false once the stream is closed. A
   * failure is an {@link UncheckedIOException}, an interrupt one of {@link InterruptedIOException}.
   */
  @Override
  public Iterator<Event> iterator() {
    return new Iterator<>() {
      private Event next;

      @Override
      public boolean hasNext() {
        if (next == null) next = takeUnlessClosed();
        return next != null;
      }

      @Override
      public Event next() {
        if (!hasNext()) throw new NoSuchElementException();
        Event event = next;
        next = null;
        return event;
      }
    };
  }

  /**
   * For a Selector of your own: readable when {@link #read} has something. It belongs to the stream:
   * don't read or close it. While {@code read} returns as many as were asked for, more may wait.
   *
   * @return a non-blocking channel
   */
  public SelectableChannel channel() {
    return readiness.channel();
  }

  /**
   * The events as a publisher for one subscriber, who is called by a daemon thread of its own. It
   * completes when the stream is closed; cancelling does not close it.
   *
   * @return the publisher
   */
  public Flow.Publisher<Event> publisher() {
    return new EventPublisher(this);
  }

  // Null when nothing is there.
  private Event fetch(long pointer) throws IOException {
    if (fetched.isEmpty()) {
      byte[] events = Native.events(pointer, AT_ONCE);
      for (int at = 0; at < events.length; at += Native.EVENT_SIZE) {
        fetched.add(Event.of(new Packed(events, at), added::get));
      }
    }
    Event event = fetched.poll();
    if (event != null && event.kind() == EventKind.CLOSED && event.fd().isPresent()) {
      added.remove(event.fd().getAsInt());
    }
    return event;
  }

  // Null when the time is over.
  private Event await(long nanos) throws IOException, InterruptedException {
    handle.lock.lockInterruptibly();
    try {
      Event event;
      while ((event = fetch(handle.pointer())) == null) {
        if (nanos <= 0) return null;
        // Armed under the lock, which the answer needs too: it can't come before we wait.
        readiness.arm();
        nanos = readable.awaitNanos(nanos);
      }
      return event;
    } finally {
      handle.lock.unlock();
    }
  }

  private Event takeUnlessClosed() {
    try {
      return take();
    } catch (IllegalStateException closed) {
      if (handle.isOpen()) throw closed;
      return null;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void wake() {
    handle.lock.lock();
    try {
      readable.signalAll();
    } finally {
      handle.lock.unlock();
    }
  }
}
