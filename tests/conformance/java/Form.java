// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.libmptcp.Mptcp;
import io.github.libmptcp.Subflow;
import io.github.libmptcp.SubflowDetail;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Words and values, to and from JSON. */
final class Form {
  private Form() {}

  static ProtocolFamily family(String word) {
    return word.equals("v6") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  static InetSocketAddress address(String text) {
    return Mptcp.parseAddress(text);
  }

  static int device(String name) {
    try {
      NetworkInterface device = NetworkInterface.getByName(name);
      if (device != null) return device.getIndex();
    } catch (SocketException failure) {
      throw new Agent.Broken(failure.getMessage());
    }
    throw new Agent.Broken("there is no interface " + name);
  }

  static JsonElement json(String text) {
    return new JsonPrimitive(text);
  }

  static JsonElement json(InetSocketAddress address) {
    return json(Mptcp.formatAddress(address));
  }

  static JsonElement json(OptionalInt number) {
    return number.isPresent() ? new JsonPrimitive(number.getAsInt()) : JsonNull.INSTANCE;
  }

  /** As the kernel means it: without a sign. */
  static JsonElement json(OptionalLong number) {
    return number.isPresent()
        ? new JsonPrimitive(new BigInteger(Long.toUnsignedString(number.getAsLong())))
        : JsonNull.INSTANCE;
  }

  static JsonElement json(Optional<Boolean> truth) {
    return truth.isPresent() ? new JsonPrimitive(truth.get()) : JsonNull.INSTANCE;
  }

  static JsonElement optionalAddress(Optional<InetSocketAddress> address) {
    return address.isPresent() ? json(address.get()) : JsonNull.INSTANCE;
  }

  static JsonElement optionalDevice(OptionalInt index) {
    try {
      if (index.isEmpty()) return JsonNull.INSTANCE;
      NetworkInterface device = NetworkInterface.getByIndex(index.getAsInt());
      return device == null ? JsonNull.INSTANCE : json(device.getName());
    } catch (SocketException failure) {
      throw new Agent.Broken(failure.getMessage());
    }
  }

  static <T> JsonArray list(Collection<T> all, Function<T, JsonElement> write) {
    JsonArray array = new JsonArray();
    for (T one : all) array.add(write.apply(one));
    return array;
  }

  static JsonObject subflow(Subflow subflow) {
    JsonObject object = new JsonObject();
    object.addProperty("id", subflow.id());
    object.addProperty("state", subflow.state().word());
    object.add("local", json(subflow.local()));
    object.add("remote", json(subflow.remote()));
    object.addProperty("rtt_us", subflow.tcp().rtt());
    object.addProperty("bytes_sent", subflow.tcp().bytesSent());
    object.addProperty("bytes_received", subflow.tcp().bytesReceived());
    object.add("detail", subflow.detail().isPresent()
        ? detail(subflow.detail().get())
        : JsonNull.INSTANCE);
    return object;
  }

  private static JsonObject detail(SubflowDetail detail) {
    JsonObject object = new JsonObject();
    object.add("backup", json(detail.backup()));
    object.add("backup_by_peer", json(detail.backupByPeer()));
    object.add("local_id", json(detail.localId()));
    object.add("remote_id", json(detail.remoteId()));
    object.add("fully_established", json(detail.fullyEstablished()));
    object.addProperty("congestion_control", detail.congestionControl());
    object.addProperty("owner", detail.owner());
    object.addProperty("inode", detail.inode());
    object.add("interface", optionalDevice(detail.interfaceIndex()));
    return object;
  }
}
