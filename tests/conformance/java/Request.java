// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.libmptcp.ConnectionRef;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One request, by its keys. */
final class Request {
  private static final int USUAL_DEADLINE_MS = 5000;

  private final JsonObject keys;

  private Request(JsonObject keys) {
    this.keys = keys;
  }

  static Request of(String line) {
    JsonElement request = JsonParser.parseString(line);
    if (!request.isJsonObject()) throw new Agent.Broken("no object: " + line);
    return new Request(request.getAsJsonObject());
  }

  /** Keys apart by blanks; one that ends with a question mark may be left out. */
  void check(String known) {
    Set<String> all = new HashSet<>(Set.of("do"));
    for (String key : known.split(" ")) {
      boolean isOptional = key.endsWith("?");
      String name = isOptional ? key.substring(0, key.length() - 1) : key;
      if (!isOptional && !name.isEmpty() && !has(name)) throw new Agent.Broken("no key " + name);
      all.add(name);
    }
    for (String key : keys.keySet()) {
      if (!all.contains(key)) throw new Agent.Broken("an unknown key: " + key);
    }
  }

  boolean has(String key) {
    return keys.has(key) && !keys.get(key).isJsonNull();
  }

  String verb() {
    return has("do") ? text("do") : "";
  }

  String text(String key) {
    return keys.get(key).getAsString();
  }

  String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  int integer(String key) {
    return keys.get(key).getAsInt();
  }

  long number(String key) {
    return keys.get(key).getAsLong();
  }

  OptionalInt optional(String key) {
    return has(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
  }

  List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    for (JsonElement one : (JsonArray) keys.get(key)) all.add(one.getAsString());
    return all;
  }

  Request inner(String key) {
    return new Request(keys.getAsJsonObject(key));
  }

  <E extends Enum<E>> E word(Class<E> type, String key, E otherwise) {
    return has(key) ? Enum.valueOf(type, text(key).toUpperCase(Locale.ROOT)) : otherwise;
  }

  Optional<InetSocketAddress> address(String key) {
    return has(key) ? Optional.of(Form.address(text(key))) : Optional.empty();
  }

  OptionalInt device(String key) {
    return has(key) ? OptionalInt.of(Form.device(text(key))) : OptionalInt.empty();
  }

  Duration deadline() {
    return Duration.ofMillis(has("deadline_ms") ? number("deadline_ms") : USUAL_DEADLINE_MS);
  }

  ConnectionRef connection(Named named) {
    return has("token") ? ConnectionRef.ofToken(number("token")) : named.ref(text("socket"));
  }
}
