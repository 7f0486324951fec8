// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.time.Duration;

/**
 * What the kernel does not notify is found by looking at an interval: a connection that fell back, a
 * path gone silent. All that are sampled share their wake-ups.
 *
 * @param interval between two looks; zero is never
 * @param silence how long unanswered data makes a path silent
 */
public record Sampling(Duration interval, Duration silence) {
  /** No sampling. */
  public static final Sampling NEVER = new Sampling(Duration.ZERO, Duration.ofSeconds(1));

  /**
   * {@return sampling with silence after a second}
   *
   * @param interval between two looks
   */
  public static Sampling every(Duration interval) {
    return new Sampling(interval, Duration.ofSeconds(1));
  }

  byte[] packed() {
    Packed packed = Packed.ofSize(Native.SAMPLING_SIZE);
    packed.putInt(Native.SAMPLING_INTERVAL_MS, Waits.millis(interval));
    packed.putInt(Native.SAMPLING_SILENCE_MS, Math.max(1, Waits.millis(silence)));
    return packed.bytes;
  }
}
