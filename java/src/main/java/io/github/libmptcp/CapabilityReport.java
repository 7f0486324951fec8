// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/**
 * Whether something works here.
 *
 * @param capability what
 * @param available whether it does
 * @param reason why not, in the kernel's words where it has some; "" when available
 * @param remedy what to do about it: a command, a setting, a newer kernel; may be ""
 */
public record CapabilityReport(
    Capability capability, boolean available, String reason, String remedy) {
  private static final Capability[] CAPABILITIES = Capability.values();
  private static final int ROOM = 256;

  static CapabilityReport of(Packed report) {
    return new CapabilityReport(
        CAPABILITIES[report.intAt(Native.CAPABILITY_CAPABILITY)],
        report.intAt(Native.CAPABILITY_AVAILABLE) != 0,
        report.textAt(Native.CAPABILITY_REASON, ROOM),
        report.textAt(Native.CAPABILITY_REMEDY, ROOM));
  }
}
