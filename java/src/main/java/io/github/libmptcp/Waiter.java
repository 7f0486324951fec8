// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Waits for descriptors in a Selector of the JDK's, on a daemon thread, so that no thread of a
 * user's, virtual or not, ever waits in native code. It sleeps while nothing happens.
 *
 * <p>One serves the whole JVM, but for a {@link HostScope}, which has its own: a thread is in the
 * network namespace of the one that started it, and what the native code does next is done there.
 */
final class Waiter implements Runnable {
  private final Selector selector;
  private int users;
  private boolean isPassing; // ends with its last user

  private Waiter() throws IOException {
    selector = Selector.open();
    Thread thread = new Thread(this, "mptcp-waiter");
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  private static Waiter everybodys;

  static synchronized Waiter everybodys() throws IOException {
    if (everybodys == null) everybodys = new Waiter();
    return everybodys;
  }

  static Waiter ofScope() throws IOException {
    return new Waiter();
  }

  synchronized SelectionKey register(SelectableChannel channel, Runnable onReady)
      throws IOException {
    users++;
    return channel.register(selector, 0, onReady);
  }

  void wake() {
    selector.wakeup();
  }

  synchronized void release() {
    users--;
    wake(); // lets go of the descriptor
  }

  /** From now on nobody new comes. */
  synchronized void pass() {
    isPassing = true;
    wake();
  }

  private synchronized boolean isOver() {
    return isPassing && users == 0;
  }

  @Override
  public void run() {
    try (selector) {
      while (!isOver()) selector.select(Waiter::fire);
    } catch (IOException impossible) {
      throw new AssertionError("nobody else has this selector", impossible);
    }
  }

  private static void fire(SelectionKey key) {
    try {
      key.interestOps(0);
      ((Runnable) key.attachment()).run();
    } catch (CancelledKeyException closed) {
      // In this moment.
    } catch (RuntimeException | Error failure) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }
}
