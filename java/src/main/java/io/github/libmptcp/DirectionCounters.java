// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/**
 * What happened in one direction of a lab's path, since the lab began. All 0 on a direct path.
 *
 * @param packets handed to the far host
 * @param bytes of IP packets handed to the far host
 * @param queueFull packets dropped because the queue was full
 * @param lost packets lost on the way, as {@code loss} asks
 * @param blocked packets dropped by silence, {@code block}, or a link that is down
 * @param overrun packets that the machine was too slow for: a measurement is spoilt
 * @param reordered packets delivered out of order
 * @param duplicated packets delivered twice
 * @param stripped packets delivered without their MPTCP options
 */
public record DirectionCounters(
    long packets,
    long bytes,
    long queueFull,
    long lost,
    long blocked,
    long overrun,
    long reordered,
    long duplicated,
    long stripped) {
  static DirectionCounters of(Packed counters) {
    return new DirectionCounters(
        counters.longAt(Native.LAB_COUNTERS_PACKETS),
        counters.longAt(Native.LAB_COUNTERS_BYTES),
        counters.longAt(Native.LAB_COUNTERS_QUEUE_FULL),
        counters.longAt(Native.LAB_COUNTERS_LOST),
        counters.longAt(Native.LAB_COUNTERS_BLOCKED),
        counters.longAt(Native.LAB_COUNTERS_OVERRUN),
        counters.longAt(Native.LAB_COUNTERS_REORDERED),
        counters.longAt(Native.LAB_COUNTERS_DUPLICATED),
        counters.longAt(Native.LAB_COUNTERS_STRIPPED));
  }
}
