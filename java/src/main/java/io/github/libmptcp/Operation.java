// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** An operation under way, by the future that will hold its result. */
final class Operation<T> extends CompletableFuture<T> {
  private static final int SUBFLOW = Native.COMPLETION_SIZE;
  private static final int ANNOUNCEMENT = SUBFLOW + Native.SUBFLOW_SIZE;
  private static final int FAILURE = ANNOUNCEMENT + Native.ANNOUNCEMENT_SIZE;
  private static final int MESSAGE_ROOM = Native.LIBMPTCP_ERROR_MESSAGE_SIZE;

  /** Who is told of the end: a thread that waits, or callbacks, which are run by the pool. */
  enum Ending { WAITED_FOR, ASYNCHRONOUS }

  private final PathControl control;
  private final ConnectionRef connection; // its socket is not collected while we need it
  private final Ending ending;
  private final Function<byte[], T> result;
  private long number;

  Operation(PathControl control, ConnectionRef connection, Ending ending,
      Function<byte[], T> result) {
    this.control = control;
    this.connection = connection;
    this.ending = ending;
    this.result = result;
  }

  void begin(long newNumber) {
    number = newNumber;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    control.forget(number);
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>(); // what depends on us is not an operation
  }

  @Override
  public String toString() {
    return "operation " + number + " on " + connection;
  }

  // --- what Native.completion hands out --------------------------------------------------------

  static long numberOf(byte[] finished) {
    return new Packed(finished).longAt(Native.COMPLETION_OPERATION);
  }

  static Subflow subflowOf(byte[] finished) {
    return Subflow.of(new Packed(finished, SUBFLOW));
  }

  static Announcement announcementOf(byte[] finished) {
    return Announcement.of(new Packed(finished, ANNOUNCEMENT));
  }

  void finish(byte[] finished) {
    if (new Packed(finished).intAt(Native.COMPLETION_RESULT) >= 0) {
      T value = result.apply(finished);
      end(() -> complete(value));
      return;
    }
    Packed failure = new Packed(finished, FAILURE);
    fail(Failures.of(failure.intAt(Native.ERROR_KIND), failure.intAt(Native.ERROR_OS_CODE),
        failure.textAt(Native.ERROR_MESSAGE, MESSAGE_ROOM)));
  }

  void fail(Exception failure) {
    end(() -> completeExceptionally(failure));
  }

  private void end(Runnable complete) {
    if (ending == Ending.WAITED_FOR) {
      complete.run();
    } else {
      CompletableFuture.runAsync(complete);
    }
  }
}
