// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Addresses as the C ABI has them and as Java has them. */
final class Addresses {
  private static final int V4 = Native.LIBMPTCP_FAMILY_V4;
  private static final int V6 = Native.LIBMPTCP_FAMILY_V6;
  private static final int FAMILY = Native.ADDRESS_FAMILY;
  private static final int PORT = Native.ADDRESS_PORT;
  private static final int SCOPE = Native.ADDRESS_SCOPE;
  private static final int BYTES = Native.ADDRESS_BYTES;

  // A connection's addresses are asked for again and again, and making them costs more than all the
  // rest of a snapshot.  Entries never change, so it does not matter which thread's is seen.
  private static final Recent[] RECENT = new Recent[256];

  private record Recent(long port, long high, long low, InetSocketAddress address) {}

  private Addresses() {}

  /** Null for no address. */
  static InetSocketAddress decode(byte[] bytes, int at) {
    int family = Packed.getShort(bytes, at + FAMILY);
    if (family == 0) return null;
    long port = family | (long) Packed.getShort(bytes, at + PORT) << 16
        | (long) Packed.getInt(bytes, at + SCOPE) << 32;
    long high = Packed.getLong(bytes, at + BYTES);
    long low = Packed.getLong(bytes, at + BYTES + Long.BYTES);
    int slot = Long.hashCode((port * 31 + high) * 0x9E3779B97F4A7C15L + low) >>> 24;
    Recent recent = RECENT[slot];
    if (recent == null || recent.port != port || recent.high != high || recent.low != low) {
      recent = new Recent(port, high, low, make(bytes, at, family));
      RECENT[slot] = recent;
    }
    return recent.address;
  }

  private static InetSocketAddress make(byte[] bytes, int at, int family) {
    int from = at + BYTES;
    try {
      InetAddress host;
      if (family == V4) {
        host = InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
      } else {
        byte[] six = Arrays.copyOfRange(bytes, from, from + 16);
        int scope = Packed.getInt(bytes, at + SCOPE);
        host = scope == 0
            ? InetAddress.getByAddress(six)
            : Inet6Address.getByAddress(null, six, scope);
      }
      return new InetSocketAddress(host, Packed.getShort(bytes, at + PORT));
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 and 16 bytes are addresses", impossible);
    }
  }

  static void encode(InetSocketAddress address, byte[] bytes, int at) {
    InetAddress host = address.getAddress();
    if (host == null) throw Failures.invalid("\"" + address.getHostString() + "\" is no IP address");
    Packed to = new Packed(bytes, at);
    to.putShort(FAMILY, host instanceof Inet4Address ? V4 : V6);
    to.putShort(PORT, address.getPort());
    if (host instanceof Inet6Address six) to.putInt(SCOPE, six.getScopeId());
    byte[] raw = host.getAddress();
    System.arraycopy(raw, 0, bytes, at + BYTES, raw.length);
  }

  static InetSocketAddress parse(String text) throws IOException {
    byte[] bytes = new byte[Native.ADDRESS_SIZE];
    Native.mptcp_address_parse(Packed.text(text), bytes);
    return decode(bytes, 0);
  }

  static String format(InetSocketAddress address) throws IOException {
    byte[] bytes = new byte[Native.ADDRESS_SIZE];
    encode(address, bytes, 0);
    return Native.formatAddress(bytes);
  }

  static int family(ProtocolFamily family) {
    if (family == StandardProtocolFamily.INET) return V4;
    if (family == StandardProtocolFamily.INET6) return V6;
    throw Failures.invalid(family + " is neither INET nor INET6");
  }
}
