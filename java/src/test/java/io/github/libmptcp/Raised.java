// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.nio.channels.Channel;
import java.util.Locale;

/** What a test needs to see of the inside, from outside the package. */
public final class Raised {
  private Raised() {}

  /** The exception that an error of the core becomes. */
  public static Exception of(String kind, int osCode, String message) {
    return Failures.of(ErrorKind.valueOf(kind.toUpperCase(Locale.ROOT)), osCode, message);
  }

  /** The number behind a channel. */
  public static int descriptorOf(Channel channel) throws IOException {
    return Descriptors.of(channel);
  }
}
