// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** A struct of the C ABI as bytes: fields are read and written at the offsets that C gave us. */
final class Packed {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  final byte[] bytes;
  final int at;

  Packed(byte[] bytes) {
    this(bytes, 0);
  }

  Packed(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  static Packed ofSize(int size) {
    return new Packed(new byte[size]);
  }

  /** Each of the structs that lie one after another. */
  static <T> List<T> each(byte[] bytes, int size, Function<Packed, T> read) {
    List<T> all = new ArrayList<>(bytes.length / size);
    for (int at = 0; at < bytes.length; at += size) all.add(read.apply(new Packed(bytes, at)));
    return Collections.unmodifiableList(all);
  }

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.nativeOrder());
  }

  static int getByte(byte[] bytes, int at) {
    return bytes[at] & 0xFF;
  }

  static int getShort(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xFFFF;
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  // --- reading ---------------------------------------------------------------------------------

  int byteAt(int field) {
    return getByte(bytes, at + field);
  }

  int shortAt(int field) {
    return getShort(bytes, at + field);
  }

  int intAt(int field) {
    return getInt(bytes, at + field);
  }

  long unsignedAt(int field) {
    return intAt(field) & 0xFFFF_FFFFL;
  }

  long longAt(int field) {
    return getLong(bytes, at + field);
  }

  boolean has(int present, long bit) {
    return (longAt(present) & bit) != 0;
  }

  OptionalInt optionalByte(int field, int present, long bit) {
    return has(present, bit) ? OptionalInt.of(byteAt(field)) : OptionalInt.empty();
  }

  Optional<Boolean> optionalBoolean(int field, int present, long bit) {
    return has(present, bit) ? Optional.of(byteAt(field) != 0) : Optional.empty();
  }

  /** An int32_t. */
  OptionalInt optionalNumber(int field, int present, long bit) {
    return has(present, bit) ? OptionalInt.of(intAt(field)) : OptionalInt.empty();
  }

  /** A uint32_t. */
  OptionalLong optionalInt(int field, int present, long bit) {
    return has(present, bit) ? OptionalLong.of(unsignedAt(field)) : OptionalLong.empty();
  }

  OptionalLong optionalLong(int field, int present, long bit) {
    return has(present, bit) ? OptionalLong.of(longAt(field)) : OptionalLong.empty();
  }

  /** Null where there is none. */
  InetSocketAddress addressAt(int field) {
    return Addresses.decode(bytes, at + field);
  }

  Optional<InetSocketAddress> optionalAddress(int field, int present, long bit) {
    return has(present, bit) ? Optional.of(addressAt(field)) : Optional.empty();
  }

  /** A zero-terminated text, `room` bytes at most. */
  String textAt(int field, int room) {
    int length = 0;
    while (length < room && bytes[at + field + length] != 0) length++;
    return new String(bytes, at + field, length, StandardCharsets.UTF_8);
  }

  // --- writing ---------------------------------------------------------------------------------

  void putByte(int field, int value) {
    bytes[at + field] = (byte) value;
  }

  void putShort(int field, int value) {
    SHORT.set(bytes, at + field, (short) value);
  }

  void putInt(int field, int value) {
    INT.set(bytes, at + field, value);
  }

  void putLong(int field, long value) {
    LONG.set(bytes, at + field, value);
  }

  void putAddress(int field, InetSocketAddress address) {
    Addresses.encode(address, bytes, at + field);
  }

  void mark(int present, long bit) {
    putLong(present, longAt(present) | bit);
  }

  void markByte(OptionalInt value, int field, int present, long bit) {
    if (value.isEmpty()) return;
    if (value.getAsInt() < 0 || value.getAsInt() > 255) {
      throw Failures.invalid("address id " + value.getAsInt() + " is not between 0 and 255");
    }
    putByte(field, value.getAsInt());
    mark(present, bit);
  }

  void markInt(OptionalInt value, int field, int present, long bit) {
    if (value.isEmpty()) return;
    putInt(field, value.getAsInt());
    mark(present, bit);
  }

  void markAddress(Optional<InetSocketAddress> value, int field, int present, long bit) {
    if (value.isEmpty()) return;
    putAddress(field, value.get());
    mark(present, bit);
  }

  /** A text for the native code, which reads to the first zero. */
  static byte[] text(String text) {
    if (text == null) return null;
    if (text.indexOf('\0') >= 0) throw Failures.invalid("a text with a zero in it");
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
