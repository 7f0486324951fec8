// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Which exception an error of the core becomes: the one place that says so. */
final class Failures {
  private static final ErrorKind[] KINDS = ErrorKind.values();

  private Failures() {}

  /** Called by the native code. */
  static Exception of(int kind, int osCode, byte[] message) {
    return of(kind, osCode, new String(message, StandardCharsets.UTF_8));
  }

  static Exception of(int kind, int osCode, String message) {
    return of(kind >= 0 && kind < KINDS.length ? KINDS[kind] : ErrorKind.SYSTEM, osCode, message);
  }

  static Exception of(ErrorKind kind, int osCode, String message) {
    return switch (kind) {
      case INVALID_ARGUMENT -> new Invalid(osCode, message);
      case NOT_SUPPORTED, DISABLED -> new NotSupportedException(kind, osCode, message);
      case FELL_BACK -> new FellBackException(kind, osCode, message);
      case NOT_PERMITTED -> new NotPermittedException(kind, osCode, message);
      case TIMED_OUT -> new TimedOut(osCode, message);
      case NOT_FOUND, ALREADY_EXISTS, LIMIT_REACHED, WOULD_BLOCK, MALFORMED ->
          new MptcpException(kind, osCode, message);
      case SYSTEM -> ofSystem(osCode, message);
    };
  }

  /** Java's own class for an errno, where there is one; the numbers are Linux's. */
  private static Exception ofSystem(int osCode, String message) {
    return switch (osCode) {
      case 98, 99 -> new NotBound(osCode, message); // EADDRINUSE, EADDRNOTAVAIL
      case 111 -> new NotConnected(osCode, message); // ECONNREFUSED
      case 101, 113 -> new NoRoute(osCode, message); // ENETUNREACH, EHOSTUNREACH
      case 103, 104, 107 -> new Broken(ErrorKind.SYSTEM, osCode, message); // ECONN…, ENOTCONN
      default -> new MptcpException(ErrorKind.SYSTEM, osCode, message);
    };
  }

  static IllegalArgumentException invalid(String message) {
    return new Invalid(0, message);
  }

  /** For what a user closed, as the JDK's own sockets do it. */
  static SocketException closedSocket(String message) {
    return new Broken(ErrorKind.INVALID_ARGUMENT, 0, message);
  }

  static IllegalStateException closed(String what) {
    return new Closed(what + " is closed");
  }

  private static final class Invalid extends IllegalArgumentException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final int osCode;

    Invalid(int osCode, String message) {
      super(message);
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.INVALID_ARGUMENT;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }

  private static final class Closed extends IllegalStateException implements MptcpFailure {
    private static final long serialVersionUID = 1;

    Closed(String message) {
      super(message);
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.INVALID_ARGUMENT;
    }

    @Override
    public int osCode() {
      return 0;
    }
  }

  private static final class TimedOut extends SocketTimeoutException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final int osCode;

    TimedOut(int osCode, String message) {
      super(message);
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.TIMED_OUT;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }

  private static final class NotConnected extends ConnectException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final int osCode;

    NotConnected(int osCode, String message) {
      super(message);
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.SYSTEM;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }

  private static final class NotBound extends BindException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final int osCode;

    NotBound(int osCode, String message) {
      super(message);
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.SYSTEM;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }

  private static final class NoRoute extends NoRouteToHostException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final int osCode;

    NoRoute(int osCode, String message) {
      super(message);
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return ErrorKind.SYSTEM;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }

  private static final class Broken extends SocketException implements MptcpFailure {
    private static final long serialVersionUID = 1;
    private final ErrorKind kind;
    private final int osCode;

    Broken(ErrorKind kind, int osCode, String message) {
      super(message);
      this.kind = kind;
      this.osCode = osCode;
    }

    @Override
    public ErrorKind kind() {
      return kind;
    }

    @Override
    public int osCode() {
      return osCode;
    }
  }
}
