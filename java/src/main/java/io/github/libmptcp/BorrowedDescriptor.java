// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.concurrent.atomic.AtomicInteger;

/** A duplicate of a descriptor of another process, which {@link Mptcp#borrowDescriptor} made. */
public final class BorrowedDescriptor implements AutoCloseable {
  private final AtomicInteger fd;

  BorrowedDescriptor(int fd) {
    this.fd = new AtomicInteger(fd);
  }

  /**
   * {@return the number, for {@link Mptcp#subflows(int)} and the like}
   *
   * @throws IllegalStateException if it is closed
   */
  public int fd() {
    int number = fd.get();
    if (number < 0) throw Failures.closed("borrowed descriptor");
    return number;
  }

  /** Closes the duplicate; the owner's stays. A second time does nothing. */
  @Override
  public void close() {
    int number = fd.getAndSet(-1);
    if (number >= 0) Native.closeDescriptor(number);
  }
}
