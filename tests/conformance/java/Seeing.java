// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.libmptcp.BorrowedDescriptor;
import io.github.libmptcp.CapabilityReport;
import io.github.libmptcp.ConnectionInfo;
import io.github.libmptcp.Depth;
import io.github.libmptcp.ListedConnection;
import io.github.libmptcp.Mptcp;
import io.github.libmptcp.Raised;
import io.github.libmptcp.Status;
import io.github.libmptcp.Subflow;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What can be seen of connections. */
final class Seeing {
  private final Named named;

  Seeing(Named named) {
    this.named = named;
  }

  void addTo(Map<String, Agent.Verb> verbs) {
    verbs.put("status", new Agent.Verb("socket", this::status));
    verbs.put("info", new Agent.Verb("socket", this::info));
    verbs.put("subflows", new Agent.Verb("socket depth", this::subflows));
    verbs.put("capabilities", new Agent.Verb("", request ->
        Form.list(Mptcp.capabilities(), Seeing::capability)));
    verbs.put("connections", new Agent.Verb("", request ->
        Form.list(Mptcp.listConnections(), Seeing::connection)));
    verbs.put("borrow", new Agent.Verb("as pid fd", this::borrow));
    verbs.put("whoami", new Agent.Verb("socket?", this::whoami));
  }

  private JsonElement status(Request request) throws IOException {
    Object socket = named.get(request.text("socket"));
    Status status;
    if (socket instanceof SocketChannel channel) {
      status = Mptcp.status(channel);
    } else if (socket instanceof ServerSocketChannel listener) {
      status = Mptcp.status(listener);
    } else {
      status = Mptcp.status(((BorrowedDescriptor) socket).fd());
    }
    return Form.json(status.word());
  }

  private JsonElement info(Request request) throws IOException, ReflectiveOperationException {
    Object socket = named.get(request.text("socket"));
    if (socket instanceof SocketChannel channel) return write(Mptcp.info(channel));
    if (socket instanceof ServerSocketChannel listener) return write(Mptcp.info(listener));
    return write(Mptcp.info(((BorrowedDescriptor) socket).fd()));
  }

  private JsonElement subflows(Request request) throws IOException {
    Object socket = named.get(request.text("socket"));
    Depth depth = request.word(Depth.class, "depth", Depth.SNAPSHOT);
    List<Subflow> subflows;
    if (socket instanceof SocketChannel channel) {
      subflows = Mptcp.subflows(channel, depth);
    } else if (socket instanceof ServerSocketChannel listener) {
      subflows = Mptcp.subflows(listener, depth);
    } else {
      subflows = Mptcp.subflows(((BorrowedDescriptor) socket).fd(), depth);
    }
    return Form.list(subflows, Form::subflow);
  }

  private JsonElement borrow(Request request) throws IOException {
    named.put(request.text("as"),
        Mptcp.borrowDescriptor(request.integer("pid"), request.integer("fd")));
    return null;
  }

  private JsonElement whoami(Request request) throws IOException {
    JsonObject object = new JsonObject();
    object.addProperty("pid", ProcessHandle.current().pid());
    object.addProperty("language", "java");
    object.addProperty("version", Mptcp.version());
    object.add("fd", Form.json(request.has("socket")
        ? OptionalInt.of(Raised.descriptorOf(named.get(Channel.class, request.text("socket"))))
        : OptionalInt.empty()));
    return object;
  }

  /** Its components have the kernel's names, but for the capitals. */
  private static JsonObject write(ConnectionInfo info) throws ReflectiveOperationException {
    JsonObject object = new JsonObject();
    for (RecordComponent field : ConnectionInfo.class.getRecordComponents()) {
      String name = field.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      Object value = field.getAccessor().invoke(info);
      object.add(name, value instanceof OptionalInt small
          ? Form.json(small)
          : Form.json((OptionalLong) value));
    }
    return object;
  }

  private static JsonObject capability(CapabilityReport report) {
    JsonObject object = new JsonObject();
    object.addProperty("name", report.capability().word());
    object.addProperty("available", report.available());
    object.addProperty("reason", report.reason());
    object.addProperty("remedy", report.remedy());
    return object;
  }

  private static JsonObject connection(ListedConnection listed) {
    JsonObject object = new JsonObject();
    object.addProperty("token", listed.token());
    object.addProperty("state", listed.state().word());
    object.add("local", Form.json(listed.local()));
    object.add("remote", Form.json(listed.remote()));
    object.addProperty("owner", listed.owner());
    object.addProperty("inode", listed.inode());
    object.add("pid", Form.json(listed.pid()));
    object.add("fd", Form.json(listed.fd()));
    object.addProperty("process", listed.process());
    object.add("subflows", Form.list(listed.subflows(), Form::subflow));
    return object;
  }
}
