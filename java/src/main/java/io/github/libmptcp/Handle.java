// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * A handle of the C ABI: used by one thread at a time, closed once, and never used after. The lock
 * is not a monitor, so that a virtual thread that waits for it gives its carrier back.
 */
final class Handle {
  private static final Cleaner CLEANER = Cleaner.create();

  final ReentrantLock lock = new ReentrantLock();
  private final String what;
  private final LongConsumer free;
  private long pointer;

  private Handle(String what, long pointer, LongConsumer free) {
    this.what = what;
    this.pointer = pointer;
    this.free = free;
  }

  /** Closed with its owner at the latest: when that is forgotten without being closed. */
  static Handle owned(Object owner, String what, long pointer, LongConsumer free) {
    Handle handle = new Handle(what, pointer, free);
    CLEANER.register(owner, handle::close);
    return handle;
  }

  interface Use<T> {
    T of(long pointer) throws IOException;
  }

  <T> T use(Use<T> use) throws IOException {
    lock.lock();
    try {
      return use.of(pointer());
    } finally {
      lock.unlock();
    }
  }

  /** For whoever holds the lock. */
  long pointer() {
    if (pointer == 0) throw Failures.closed(what);
    return pointer;
  }

  boolean isOpen() {
    lock.lock();
    try {
      return pointer != 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it was open until now. */
  boolean close() {
    lock.lock();
    try {
      if (pointer == 0) return false;
      free.accept(pointer);
      pointer = 0;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
