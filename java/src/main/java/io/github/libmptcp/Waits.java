// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Native calls that may take milliseconds: starting a lab, reading all of /proc. On a virtual
 * thread they are made by a daemon thread instead, so that the carrier is free meanwhile.
 */
final class Waits {
  // Newer than the oldest Java that we run on; null there.
  private static final MethodHandle IS_VIRTUAL = findIsVirtual();
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

  private Waits() {}

  interface Call<T> {
    T get() throws IOException;
  }

  static <T> T call(Call<T> call) throws IOException {
    return isVirtual() ? elsewhere(call) : call.get();
  }

  static boolean isVirtual() {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static MethodHandle findIsVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException older) {
      return null;
    }
  }

  /** The time that a call is given, as the C ABI takes it. */
  static int millis(Duration duration) {
    if (duration.isNegative()) throw Failures.invalid("a timeout of " + duration);
    // Rounded up: what is positive waits.
    long millis = duration.compareTo(LONGEST) < 0
        ? duration.plusNanos(999_999).toMillis()
        : Integer.MAX_VALUE;
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private static <T> T elsewhere(Call<T> call) throws IOException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Threads.POOL.execute(() -> {
      try {
        answer.complete(call.get());
      } catch (Throwable failure) {
        answer.completeExceptionally(failure);
      }
    });
    return get(answer);
  }

  /** The answer, or its exception with the place where it is thrown now. */
  static <T> T get(CompletableFuture<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException interrupt) {
      answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting");
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause();
      cause.addSuppressed(new Throwable("waited for here"));
      if (cause instanceof IOException exception) throw exception;
      if (cause instanceof RuntimeException exception) throw exception;
      if (cause instanceof Error error) throw error;
      throw new IOException(cause);
    }
  }

  private static final class Threads {
    static final ExecutorService POOL = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, "mptcp-call");
      thread.setDaemon(true);
      return thread;
    });
  }
}
