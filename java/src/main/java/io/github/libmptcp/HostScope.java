// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;

/**
 * While it is open, its thread is in a host of a {@link Lab}: what that thread opens, is opened
 * there. Made by {@link Lab#enter}.
 */
public final class HostScope implements AutoCloseable {
  private static final ThreadLocal<HostScope> INNERMOST = new ThreadLocal<>();

  private final Thread thread = Thread.currentThread();
  private final HostScope outer = INNERMOST.get();
  private long pointer;
  private Waiter waiter; // made when it is needed

  HostScope(long lab, String host) throws IOException {
    if (Waits.isVirtual()) {
      throw Failures.invalid("a virtual thread has no place of its own: enter on a platform thread");
    }
    long[] made = new long[1];
    Native.mptcp_host_scope_open(lab, Packed.text(host), made);
    pointer = made[0];
    INNERMOST.set(this);
  }

  /** Whose thread is in the network namespace that the calling one is in. */
  static Waiter waiterOfThisThread() throws IOException {
    HostScope scope = INNERMOST.get();
    if (scope == null) return Waiter.everybodys();
    if (scope.waiter == null) scope.waiter = Waiter.ofScope();
    return scope.waiter;
  }

  /**
   * Takes the thread back to where it was. A second time does nothing.
   *
   * @throws IllegalStateException on another thread than the one that entered, and while a scope that
   *     was entered later is open
   */
  @Override
  public void close() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException("a host is left by the thread that entered it");
    }
    if (pointer == 0) return;
    if (INNERMOST.get() != this) throw new IllegalStateException("hosts are left last in, first out");
    Native.mptcp_host_scope_close(pointer);
    pointer = 0;
    INNERMOST.set(outer);
    if (waiter != null) waiter.pass();
  }
}
