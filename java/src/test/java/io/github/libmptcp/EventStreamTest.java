// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static io.github.libmptcp.Network.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private Network network;
  private HostScope inClient;

  @BeforeEach
  void setUp() throws Exception {
    network = Network.start();
    inClient = network.lab.enter("client");
  }

  @AfterEach
  void tearDown() throws Exception {
    if (network == null) return;
    inClient.close();
    network.close();
  }

  static Event next(EventStream stream, EventKind kind) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Event event = stream.take(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (event.kind() == kind) return event;
    }
  }

  @Test
  void tells_of_a_connection_from_its_beginning_to_its_end() throws Exception {
    EventStream stream = network.events("client", Scope.ADDED);
    PathControl control = network.control("client");
    PathControl server = network.control("server");
    assertTrue(server.listEndpoints().isEmpty());
    Network.Pair pair = network.connect();
    ConnectionRef ref = pair.ref();
    stream.add(ref);
    Event created = next(stream, EventKind.CREATED);
    assertEquals(EventOrigin.COMPARISON, created.origin());
    assertSame(ref, created.connection().orElseThrow());
    assertEquals(Mptcp.info(pair.client()).token().getAsLong(), created.token());
    Subflow second = control.open(ref, OpenRequest.from("10.0.2.1"), PATIENCE);
    Event joined = next(stream, EventKind.SUBFLOW_ESTABLISHED);
    assertEquals(second.id(), joined.subflow());
    assertEquals(second.local(), joined.local().orElseThrow());
    assertTrue(joined.timeNs() <= System.nanoTime(), "the clock of nanoTime");
    pair.client().close();
    assertSame(ref, next(stream, EventKind.CLOSED).connection().orElseThrow());
  }

  @Test
  void refuses_to_add_twice_and_to_remove_what_was_not_added() throws Exception {
    EventStream stream = network.events("client", Scope.ADDED);
    Network.Pair pair = network.connect();
    stream.add(pair.ref());
    MptcpException twice =
        assertThrows(MptcpException.class, () -> stream.add(pair.ref()));
    assertEquals(ErrorKind.ALREADY_EXISTS, twice.kind());
    stream.remove(pair.ref());
    MptcpException gone = assertThrows(MptcpException.class, () -> stream.remove(pair.ref()));
    assertEquals(ErrorKind.NOT_FOUND, gone.kind());
    assertThrows(IllegalArgumentException.class, () -> stream.add(ConnectionRef.ofToken(1)));
  }

  @Test
  void waits_no_longer_than_it_is_told_to() throws Exception {
    EventStream stream = network.events("client", Scope.ADDED);
    assertTrue(stream.poll().isEmpty());
    assertEquals(List.of(), stream.read(10));
    assertThrows(SocketTimeoutException.class, () -> stream.take(Duration.ofMillis(1)));
    assertThrows(SocketTimeoutException.class, () -> stream.take(Duration.ZERO));
  }

  @Test
  void ends_the_loop_of_one_thread_when_another_closes_it() throws Exception {
    EventStream stream = network.events("client", Scope.NAMESPACE);
    CompletableFuture<List<EventKind>> seen = new CompletableFuture<>();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    start("plain", () -> collect(stream, begun, seen));
    network.connect();
    begun.get(20, TimeUnit.SECONDS);
    stream.close();
    stream.close();
    assertTrue(seen.get(20, TimeUnit.SECONDS).contains(EventKind.CREATED));
    assertThrows(IllegalStateException.class, stream::poll);
    assertThrows(IllegalStateException.class, stream::take);
  }

  @Test
  void is_iterated_by_virtual_threads_that_leave_their_carrier_free() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Runtime.version().feature() >= 21, "this Java has no virtual threads");
    int count = 100; // more than there are carriers
    List<CompletableFuture<List<EventKind>>> all = new ArrayList<>();
    List<EventStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EventStream stream = network.events("client", Scope.NAMESPACE);
      CompletableFuture<List<EventKind>> seen = new CompletableFuture<>();
      CompletableFuture<Void> begun = new CompletableFuture<>();
      start("virtual", () -> collect(stream, begun, seen));
      begun.thenRun(stream::close);
      all.add(seen);
      streams.add(stream);
    }
    network.connect();
    for (var seen : all) {
      assertTrue(seen.get(20, TimeUnit.SECONDS).contains(EventKind.CREATED));
    }
  }

  @Test
  void is_left_by_a_thread_that_is_interrupted() throws Exception {
    EventStream stream = network.events("client", Scope.ADDED);
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread waiter = new Thread(() -> {
      try {
        stream.take();
      } catch (Throwable thrown) {
        outcome.complete(thrown);
      }
    });
    waiter.start();
    waiter.interrupt();
    assertInstanceOf(InterruptedException.class, outcome.get(20, TimeUnit.SECONDS));
  }

  @Test
  void wakes_a_selector_of_the_users() throws Exception {
    EventStream stream = network.events("client", Scope.NAMESPACE);
    try (Selector selector = Selector.open()) {
      stream.channel().register(selector, SelectionKey.OP_READ);
      assertEquals(0, selector.selectNow());
      network.connect();
      assertEquals(1, selector.select(PATIENCE.toMillis()));
      List<EventKind> kinds = stream.read(100).stream().map(Event::kind).toList();
      assertFalse(kinds.isEmpty());
    }
  }

  @Test
  void publishes_what_is_requested_and_completes_when_it_is_closed() throws Exception {
    EventStream stream = network.events("client", Scope.NAMESPACE);
    Taker taker = new Taker();
    stream.publisher().subscribe(taker);
    network.connect();
    Flow.Subscription subscription = taker.subscription.get(20, TimeUnit.SECONDS);
    subscription.request(1);
    assertEquals(EventKind.CREATED, taker.events.poll(20, TimeUnit.SECONDS).kind());
    assertNull(taker.events.poll(), "more than was requested");
    subscription.request(Long.MAX_VALUE);
    assertEquals(EventKind.ESTABLISHED, taker.events.poll(20, TimeUnit.SECONDS).kind());
    stream.close();
    assertNull(taker.end.get(20, TimeUnit.SECONDS));
  }

  @Test
  void publishes_to_one_subscriber_and_by_the_rules() throws Exception {
    EventStream stream = network.events("client", Scope.NAMESPACE);
    Flow.Publisher<Event> publisher = stream.publisher();
    Taker first = new Taker();
    Taker second = new Taker();
    publisher.subscribe(first);
    publisher.subscribe(second);
    assertInstanceOf(IllegalStateException.class, second.end.get(20, TimeUnit.SECONDS));
    first.subscription.get(20, TimeUnit.SECONDS).request(0);
    assertInstanceOf(IllegalArgumentException.class, first.end.get(20, TimeUnit.SECONDS));
  }

  @Test
  void finds_a_silent_path_by_sampling() throws Exception {
    EventStream stream = network.events("client", Scope.ADDED);
    Network.Pair pair = network.connect();
    Sampling sampling = new Sampling(Duration.ofMillis(20), Duration.ofMillis(300));
    stream.add(pair.ref(), sampling);
    network.lab.change("1", "silent");
    pair.client().write(java.nio.ByteBuffer.allocate(1000));
    assertEquals(EventOrigin.SAMPLING, next(stream, EventKind.SUBFLOW_SILENT).origin());
    network.lab.change("1", "silent=off");
    next(stream, EventKind.SUBFLOW_RESUMED);
  }

  private static void collect(EventStream stream, CompletableFuture<Void> begun,
      CompletableFuture<List<EventKind>> seen) {
    List<EventKind> kinds = new ArrayList<>();
    try {
      for (Event event : stream) {
        kinds.add(event.kind());
        if (event.kind() == EventKind.CREATED) begun.complete(null);
      }
      seen.complete(kinds);
    } catch (Throwable thrown) {
      seen.completeExceptionally(thrown);
    }
  }

  private static void start(String kind, Runnable task) throws Exception {
    if (kind.equals("plain")) {
      new Thread(task).start();
    } else {
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }
  }

  private static final class Taker implements Flow.Subscriber<Event> {
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> end = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(Event event) {
      events.add(event);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }
  }
}
