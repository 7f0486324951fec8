// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.Locale;

/** The core's words: the names of its enumerators, of which ours are the same in capitals. */
final class Words {
  private Words() {}

  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E parse(Class<E> type, String word, String what) {
    for (E value : type.getEnumConstants()) {
      if (of(value).equals(word)) return value;
    }
    throw Failures.invalid("\"" + word + "\" is no " + what);
  }
}
