// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/** Tells when a descriptor of the native code becomes readable. */
final class Readiness implements AutoCloseable {
  private final Waiter waiter;
  private final Pipe.SourceChannel channel;
  private final SelectionKey key;

  /**
   * Watches `fd` until it is closed. `onReady` runs on the waiter's thread, once for each {@link
   * #arm()}; it must not wait. It must not keep its owner alive either, which would then never be
   * forgotten.
   */
  Readiness(int fd, Runnable onReady) throws IOException {
    channel = Descriptors.selectable(fd);
    waiter = HostScope.waiterOfThisThread();
    key = waiter.register(channel, onReady);
  }

  /** For a Selector of a user's. */
  Pipe.SourceChannel channel() {
    return channel;
  }

  void arm() {
    try {
      key.interestOps(SelectionKey.OP_READ);
      waiter.wake();
    } catch (CancelledKeyException closed) {
      // Nobody waits for it any more.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException unlikely) {
      throw new AssertionError("a pipe closes", unlikely);
    }
    waiter.release();
  }
}
