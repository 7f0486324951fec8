// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.Channel;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that runs in a host of a {@link Lab}: a {@link Process} like any other, but that closing
 * it kills it, unless it has ended. A signal that ended it counts as 128 and its number.
 */
public final class LabProcess extends Process implements AutoCloseable {
  private static final int KILL = 9;
  private static final int TERMINATE = 15;

  private final Handle handle;
  private final long pid;
  private final Channel input;
  private final InputStream output;
  private final InputStream error;
  private final OutputStream toInput;
  private Integer status; // guarded by the handle's lock

  LabProcess(long pointer, Channel input, Channel output, Channel error) throws IOException {
    handle = Handle.owned(this, "process", pointer, Native::mptcp_process_close);
    pid = Native.mptcp_process_get_pid(pointer);
    this.input = input;
    this.output = read(output);
    this.error = read(error);
    toInput = input == null
        ? OutputStream.nullOutputStream()
        : Channels.newOutputStream((Pipe.SinkChannel) input);
  }

  private static InputStream read(Channel from) {
    return from == null
        ? InputStream.nullInputStream()
        : Channels.newInputStream((Pipe.SourceChannel) from);
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public OutputStream getOutputStream() {
    return toInput;
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return error;
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return onEnd().get();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      onEnd().get(timeout, unit);
      return true;
    } catch (TimeoutException stillRunning) {
      return false;
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public CompletableFuture<Process> onExit() {
    return onEnd().thenApply(ended -> this);
  }

  @Override
  public int exitValue() {
    Integer ended = statusOrNull();
    if (ended == null) throw new IllegalThreadStateException("process " + pid + " has not ended");
    return ended;
  }

  @Override
  public boolean isAlive() {
    return statusOrNull() == null;
  }

  @Override
  public ProcessHandle toHandle() {
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
  }

  /**
   * Sends a signal.
   *
   * @param number its number
   * @throws IOException if it has ended
   */
  public void signal(int number) throws IOException {
    handle.use(pointer -> Native.mptcp_process_signal(pointer, number));
  }

  /** Asks it to end, by SIGTERM. */
  @Override
  public void destroy() {
    signalIfAlive(TERMINATE);
  }

  /** Ends it, by SIGKILL. */
  @Override
  public Process destroyForcibly() {
    signalIfAlive(KILL);
    return this;
  }

  @Override
  public boolean supportsNormalTermination() {
    return true;
  }

  /** Kills it, unless it has ended, and closes the pipes. A second time does nothing. */
  @Override
  public void close() {
    statusOrNull();
    handle.lock.lock();
    try {
      if (status == null && handle.isOpen()) status = 128 + KILL;
      handle.close();
    } finally {
      handle.lock.unlock();
    }
    try {
      output.close();
      error.close();
      if (input != null) input.close();
    } catch (IOException alreadyClosed) {
      // It is what was wanted.
    }
  }

  private void signalIfAlive(int number) {
    if (!isAlive()) return;
    try {
      signal(number);
    } catch (IOException | IllegalStateException ended) {
      // Meanwhile.
    }
  }

  /** The JDK waits for it without reaping; then we reap it, which does not wait. */
  private CompletableFuture<Integer> onEnd() {
    Integer ended = statusOrNull();
    if (ended != null) return CompletableFuture.completedFuture(ended);
    return toHandle().onExit().thenApply(handle -> statusOrNull());
  }

  private Integer statusOrNull() {
    handle.lock.lock();
    try {
      if (status == null) status = Native.mptcp_process_wait(handle.pointer(), 0);
      return status;
    } catch (SocketTimeoutException stillRunning) {
      return null;
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      handle.lock.unlock();
    }
  }
}
