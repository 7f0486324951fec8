// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.net.InetSocketAddress;

/** Which subflow: its id, or its two addresses with ports (the only way for a token). */
public final class SubflowRef {
  private final long id;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;

  private SubflowRef(long id, InetSocketAddress local, InetSocketAddress remote) {
    this.id = id;
    this.local = local;
    this.remote = remote;
  }

  /**
   * {@return a reference by id}
   *
   * @param id as {@link Subflow#id()} tells it
   */
  public static SubflowRef of(long id) {
    if (id <= 0 || id > 0xFFFF_FFFFL) throw Failures.invalid("there is no subflow " + id);
    return new SubflowRef(id, null, null);
  }

  /**
   * {@return a reference by addresses}
   *
   * @param local our address and port
   * @param remote the peer's
   */
  public static SubflowRef of(InetSocketAddress local, InetSocketAddress remote) {
    return new SubflowRef(0, local, remote);
  }

  /**
   * {@return a reference to a subflow of a snapshot, by its id where it has one}
   *
   * @param subflow the subflow
   */
  public static SubflowRef of(Subflow subflow) {
    return subflow.id() != 0 ? of(subflow.id()) : of(subflow.local(), subflow.remote());
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.SUBFLOW_REF_SIZE);
    packed.putInt(Native.SUBFLOW_REF_ID, (int) id);
    if (local != null) packed.putAddress(Native.SUBFLOW_REF_LOCAL, local);
    if (remote != null) packed.putAddress(Native.SUBFLOW_REF_REMOTE, remote);
    return packed.bytes;
  }

  @Override
  public String toString() {
    return id != 0 ? "subflow " + id : "subflow from " + local + " to " + remote;
  }
}
