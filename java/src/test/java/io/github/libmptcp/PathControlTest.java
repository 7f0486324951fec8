// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static io.github.libmptcp.Network.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PathControlTest {
  private Network network;
  private HostScope inClient;
  private PathControl control;
  private PathControl serverControl;

  @BeforeEach
  void setUp() throws Exception {
    network = Network.start();
    inClient = network.lab.enter("client");
    control = network.control("client");
    serverControl = network.control("server");
  }

  @AfterEach
  void tearDown() throws Exception {
    if (network == null) return;
    inClient.close();
    network.close();
  }

  private static MptcpFailure failure(Throwable thrown) {
    return assertInstanceOf(MptcpFailure.class, thrown);
  }

  @Test
  void opens_a_subflow_and_answers_with_it_once_it_is_up() throws Exception {
    Network.Pair pair = network.connect();
    Subflow second = control.open(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    assertEquals(TcpState.ESTABLISHED, second.state());
    assertEquals("10.0.2.1", second.local().getAddress().getHostAddress());
    List<Subflow> subflows = Mptcp.subflows(pair.client());
    assertEquals(List.of(1L, second.id()), subflows.stream().map(Subflow::id).toList());
    assertEquals(2, Mptcp.subflows(pair.server()).size());
  }

  @Test
  void closes_a_subflow_and_refuses_to_close_the_last_one() throws Exception {
    Network.Pair pair = network.connect();
    Subflow second = control.open(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    control.close(pair.ref(), SubflowRef.of(1), PATIENCE);
    pair.awaitSubflows(second.id());
    pair.exchange(100_000);
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
        () -> control.close(pair.ref(), SubflowRef.of(second), PATIENCE));
    assertEquals(ErrorKind.INVALID_ARGUMENT, failure(refused).kind());
    control.close(pair.ref(), SubflowRef.of(second), PATIENCE, LastSubflow.MAY_CLOSE);
    pair.awaitSubflows();
  }

  @Test
  void prefers_a_subflow_at_both_ends() throws Exception {
    Network.Pair pair = network.connect();
    control.open(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    control.prefer(pair.ref(), SubflowRef.of(1), Priority.BACKUP, PATIENCE);
    SubflowDetail detail =
        Mptcp.subflows(pair.client(), Depth.DETAIL).get(0).detail().orElseThrow();
    assertTrue(detail.backup().orElse(true), "backup");
    Subflow again = control.prefer(pair.ref(), SubflowRef.of(1), Priority.REGULAR, PATIENCE);
    assertEquals(1, again.id());
  }

  @Test
  void opens_a_backup_when_asked_to() throws Exception {
    Network.Pair pair = network.connect();
    OpenRequest request = OpenRequest.from("10.0.2.1").withPriority(Priority.BACKUP);
    Subflow second = control.open(pair.ref(), request, PATIENCE);
    Subflow seen = Mptcp.subflows(pair.client(), Depth.DETAIL).get(1);
    assertEquals(second.id(), seen.id());
    assertTrue(seen.detail().orElseThrow().backup().orElse(true));
  }

  @Test
  void announces_an_address_that_the_peer_hears_of_and_withdraws_it() throws Exception {
    EventStream heard = network.events("client", Scope.NAMESPACE);
    Network.Pair pair = network.connect();
    Announcement announced = serverControl.announce(
        pair.serverRef(), AnnounceRequest.of("10.0.2.2"), PATIENCE);
    Event event = EventStreamTest.next(heard, EventKind.ANNOUNCED);
    assertEquals("10.0.2.2", event.remote().orElseThrow().getAddress().getHostAddress());
    assertEquals(announced.id(), event.remoteId().orElseThrow());
    control.open(pair.ref(), OpenRequest.to(event.remote().get()).withRemoteId(announced.id()),
        PATIENCE);
    serverControl.withdraw(pair.serverRef(), announced.id(), PATIENCE);
    EventStreamTest.next(heard, EventKind.REMOVED);
    MptcpException gone = assertThrows(MptcpException.class,
        () -> serverControl.withdraw(pair.serverRef(), announced.id(), PATIENCE));
    assertEquals(ErrorKind.NOT_FOUND, gone.kind());
  }

  @Test
  void steers_a_connection_by_its_token_and_addresses() throws Exception {
    Network.Pair pair = network.connect();
    ConnectionRef token = ConnectionRef.ofToken(Mptcp.info(pair.client()).token().getAsLong());
    Subflow second = control.open(token, OpenRequest.from("10.0.2.1"), PATIENCE);
    Subflow first = Mptcp.subflows(pair.client()).get(0);
    control.close(token, SubflowRef.of(first.local(), first.remote()), PATIENCE);
    pair.awaitSubflows(2);
    assertEquals(second.local(), Mptcp.subflows(pair.client()).get(0).local());
    assertThrows(IllegalArgumentException.class, () -> control.convertPathManager(token));
  }

  @Test
  void gives_the_result_to_a_future() throws Exception {
    Network.Pair pair = network.connect();
    CompletableFuture<Subflow> opening =
        control.openAsync(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    CompletableFuture<Long> id = opening.thenApply(Subflow::id);
    assertEquals(opening.get(20, TimeUnit.SECONDS).id(), id.get(20, TimeUnit.SECONDS));
    control.closeAsync(pair.ref(), SubflowRef.of(1), PATIENCE, LastSubflow.KEEP)
        .get(20, TimeUnit.SECONDS);
    pair.awaitSubflows(id.get());
    Throwable refused = assertThrows(ExecutionException.class, () ->
        control.openAsync(pair.ref(), OpenRequest.from("10.0.9.1"), PATIENCE)
            .get(20, TimeUnit.SECONDS)).getCause();
    failure(refused);
  }

  @Test
  void forgets_an_operation_that_is_cancelled() throws Exception {
    network.lab.change("2", "silent");
    Network.Pair pair = network.connect();
    CompletableFuture<Subflow> opening =
        control.openAsync(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    assertTrue(opening.cancel(false));
    assertThrows(CancellationException.class, opening::get);
    assertFalse(opening.cancel(false) && !opening.isCancelled());
  }

  @Test
  void times_out_where_nobody_answers() throws Exception {
    network.lab.change("2", "silent");
    Network.Pair pair = network.connect();
    SocketTimeoutException late = assertThrows(SocketTimeoutException.class, () ->
        control.open(pair.ref(), OpenRequest.from("10.0.2.1"), Duration.ofMillis(50)));
    assertEquals(ErrorKind.TIMED_OUT, failure(late).kind());
    assertThrows(IllegalArgumentException.class, () ->
        control.open(pair.ref(), OpenRequest.from("10.0.2.1"), Duration.ofMillis(-1)));
  }

  @Test
  void ends_what_is_under_way_when_another_thread_closes_it() throws Exception {
    network.lab.change("2", "silent");
    Network.Pair pair = network.connect();
    CompletableFuture<Subflow> opening =
        control.openAsync(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
    Thread closer = new Thread(control::close);
    closer.start();
    Throwable cause = assertThrows(ExecutionException.class,
        () -> opening.get(20, TimeUnit.SECONDS)).getCause();
    assertInstanceOf(IllegalStateException.class, cause);
    closer.join();
    control.close();
    assertThrows(IllegalStateException.class, control::limits);
  }

  @Test
  void gives_up_waiting_when_its_thread_is_interrupted() throws Exception {
    network.lab.change("2", "silent");
    Network.Pair pair = network.connect();
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread waiter = new Thread(() -> {
      try {
        control.open(pair.ref(), OpenRequest.from("10.0.2.1"), PATIENCE);
        outcome.complete(null);
      } catch (Throwable thrown) {
        outcome.complete(thrown);
      }
    });
    waiter.start();
    waiter.interrupt();
    assertInstanceOf(java.io.InterruptedIOException.class, outcome.get(20, TimeUnit.SECONDS));
  }

  @Test
  void refuses_what_is_no_connection() throws Exception {
    Network.Pair pair = network.connect();
    SocketChannel closed = SocketChannel.open();
    closed.close();
    java.net.SocketException gone = assertThrows(java.net.SocketException.class, () ->
        control.open(ConnectionRef.of(closed), OpenRequest.from("10.0.2.1"), PATIENCE));
    assertEquals(ErrorKind.INVALID_ARGUMENT, failure(gone).kind());
    MptcpException nobody = assertThrows(MptcpException.class, () -> control.open(
        ConnectionRef.ofToken(1), OpenRequest.from("10.0.2.1"), Duration.ofSeconds(1)));
    assertEquals(ErrorKind.NOT_FOUND, nobody.kind());
    MptcpException noSubflow = assertThrows(MptcpException.class, () ->
        control.close(pair.ref(), SubflowRef.of(77), PATIENCE));
    assertEquals(ErrorKind.NOT_FOUND, noSubflow.kind());
    assertThrows(IllegalArgumentException.class, () -> OpenRequest.from("client.example"));
    assertThrows(IllegalArgumentException.class, () -> control.open(pair.ref(),
        OpenRequest.from(InetSocketAddress.createUnresolved("client", 0)), PATIENCE));
    assertThrows(IllegalArgumentException.class, () -> control.open(pair.ref(),
        OpenRequest.from("10.0.2.1").withLocalId(256), PATIENCE));
  }

  @Test
  void tells_path_managers_and_sets_that_of_the_namespace() throws Exception {
    Network.Pair pair = network.connect();
    assertEquals(PathManager.USERSPACE, control.pathManager(pair.ref()));
    assertEquals(PathManager.USERSPACE, control.namespacePathManager());
    control.setNamespacePathManager(PathManager.KERNEL);
    assertEquals(PathManager.KERNEL, control.namespacePathManager());
  }

  @Test
  void converts_one_unconnected_socket_and_no_other() throws Exception {
    control.setNamespacePathManager(PathManager.KERNEL);
    Network.Pair pair = network.connect();
    assertEquals(PathManager.KERNEL, control.pathManager(pair.ref()));
    try (SocketChannel channel =
        Mptcp.openSocketChannel(StandardProtocolFamily.INET, Fallback.REFUSED)) {
      control.convertPathManager(ConnectionRef.of(channel));
      channel.connect(pair.address());
      assertEquals(PathManager.USERSPACE, control.pathManager(ConnectionRef.of(channel)));
    }
    assertEquals(PathManager.KERNEL, control.namespacePathManager());
  }

  @Test
  void keeps_the_endpoints_of_the_kernels_manager() throws Exception {
    int id = control.addEndpoint(
        Endpoint.of(Mptcp.parseAddress("10.0.2.1"), EndpointFlag.SUBFLOW));
    assertEquals(java.util.Set.of(EndpointFlag.SUBFLOW), control.listEndpoints().get(0).flags());
    MptcpException twice = assertThrows(MptcpException.class, () -> control.addEndpoint(
        Endpoint.of(Mptcp.parseAddress("10.0.2.1"), EndpointFlag.SUBFLOW)));
    assertEquals(ErrorKind.ALREADY_EXISTS, twice.kind());
    control.changeEndpoint(id, EndpointFlag.BACKUP);
    assertTrue(control.listEndpoints().get(0).flags().contains(EndpointFlag.BACKUP));
    control.removeEndpoint(id);
    assertEquals(List.of(), control.listEndpoints());
    control.addEndpoint(Endpoint.of(Mptcp.parseAddress("10.0.2.1"), EndpointFlag.SUBFLOW));
    control.flushEndpoints();
    assertEquals(List.of(), control.listEndpoints());
    control.setLimits(new Limits(3, 4));
    assertEquals(new Limits(3, 4), control.limits());
  }
}
