// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What Java names is what the core names, number by number; and each error has its class. */
class WordsTest {
  private static void check(Enum<?>[] values, IntFunction<String> name) {
    for (Enum<?> value : values) assertEquals(name.apply(value.ordinal()), Words.of(value));
    assertEquals("unknown", name.apply(values.length), "the core has one more");
  }

  @Test
  void has_the_words_of_the_core_in_their_order() {
    check(ErrorKind.values(), Native::mptcp_error_kind_name);
    check(Status.values(), Native::mptcp_status_name);
    check(TcpState.values(), Native::mptcp_tcp_state_name);
    check(PathManager.values(), Native::mptcp_path_manager_name);
    check(EventKind.values(), Native::mptcp_event_kind_name);
    check(EventOrigin.values(), Native::mptcp_event_origin_name);
    check(Capability.values(), Native::mptcp_capability_name);
    assertEquals("tcp", Native.mptcp_transport_name(Transport.TCP.ordinal()));
    assertEquals("mptcp", Native.mptcp_transport_name(Transport.MPTCP.ordinal()));
    assertEquals(EventKind.SUBFLOW_SILENT, EventKind.ofWord("subflow_silent"));
    assertThrows(IllegalArgumentException.class, () -> EventKind.ofWord("SUBFLOW_SILENT"));
  }

  @Test
  void has_the_numbers_of_the_c_abi() {
    assertEquals(Native.LIBMPTCP_DEPTH_DETAIL, Depth.DETAIL.ordinal());
    assertEquals(Native.LIBMPTCP_PRIORITY_BACKUP, Priority.BACKUP.ordinal());
    assertEquals(Native.LIBMPTCP_SCOPE_NAMESPACE, Scope.NAMESPACE.ordinal());
    assertEquals(Native.LIBMPTCP_ENDPOINT_SIGNAL, EndpointFlag.SIGNAL.bit());
    assertEquals(Native.LIBMPTCP_ENDPOINT_LAMINAR, EndpointFlag.LAMINAR.bit());
    // What is read at one offset was written at another: a field that was forgotten would show.
    assertEquals(Native.TCP_SIZE, TcpField.ACCECN.offset + 4 + 104);
  }

  @Test
  void gives_every_kind_of_error_its_class() {
    Map<ErrorKind, Class<?>> classes = Map.ofEntries(
        Map.entry(ErrorKind.INVALID_ARGUMENT, IllegalArgumentException.class),
        Map.entry(ErrorKind.NOT_SUPPORTED, NotSupportedException.class),
        Map.entry(ErrorKind.DISABLED, NotSupportedException.class),
        Map.entry(ErrorKind.FELL_BACK, FellBackException.class),
        Map.entry(ErrorKind.NOT_PERMITTED, NotPermittedException.class),
        Map.entry(ErrorKind.NOT_FOUND, MptcpException.class),
        Map.entry(ErrorKind.ALREADY_EXISTS, MptcpException.class),
        Map.entry(ErrorKind.LIMIT_REACHED, MptcpException.class),
        Map.entry(ErrorKind.TIMED_OUT, SocketTimeoutException.class),
        Map.entry(ErrorKind.WOULD_BLOCK, MptcpException.class),
        Map.entry(ErrorKind.MALFORMED, MptcpException.class),
        Map.entry(ErrorKind.SYSTEM, MptcpException.class));
    for (ErrorKind kind : ErrorKind.values()) {
      Exception thrown = Failures.of(kind, 5, "it rains");
      assertInstanceOf(classes.get(kind), thrown);
      if (kind != ErrorKind.INVALID_ARGUMENT) assertInstanceOf(IOException.class, thrown);
      MptcpFailure failure = assertInstanceOf(MptcpFailure.class, thrown);
      assertEquals(kind, failure.kind());
      assertEquals(5, failure.osCode());
      assertEquals("it rains", failure.getMessage());
    }
  }

  @Test
  void gives_system_errors_the_class_that_java_has_for_them() {
    Map<Integer, Class<?>> classes = Map.of(
        98, BindException.class, 99, BindException.class, 111, ConnectException.class,
        101, NoRouteToHostException.class, 113, NoRouteToHostException.class,
        104, SocketException.class, 107, SocketException.class);
    classes.forEach((code, type) -> {
      Exception thrown = Failures.of(ErrorKind.SYSTEM, code, "it rains");
      assertInstanceOf(type, thrown);
      assertEquals(ErrorKind.SYSTEM, ((MptcpFailure) thrown).kind());
      assertEquals(code, ((MptcpFailure) thrown).osCode());
    });
  }
}
