// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.libmptcp.AnnounceRequest;
import io.github.libmptcp.Announcement;
import io.github.libmptcp.ConnectionRef;
import io.github.libmptcp.Endpoint;
import io.github.libmptcp.EndpointFlag;
import io.github.libmptcp.LastSubflow;
import io.github.libmptcp.Limits;
import io.github.libmptcp.OpenRequest;
import io.github.libmptcp.PathControl;
import io.github.libmptcp.PathManager;
import io.github.libmptcp.Priority;
import io.github.libmptcp.Subflow;
import io.github.libmptcp.SubflowRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Paths, and the kernel's path manager. */
final class Steering {
  private static final String CONNECTION = "socket? token? ";

  private final Named named;
  private PathControl control;

  Steering(Named named) {
    this.named = named;
  }

  void addTo(Map<String, Agent.Verb> verbs) {
    verbs.put("open", new Agent.Verb(CONNECTION
        + "local? remote? interface? priority? local_id? remote_id? deadline_ms?", this::open));
    verbs.put("close_subflow", new Agent.Verb(
        CONNECTION + "subflow? local? remote? last deadline_ms?", this::closeSubflow));
    verbs.put("prefer", new Agent.Verb(
        CONNECTION + "subflow? local? remote? priority deadline_ms?", this::prefer));
    verbs.put("announce", new Agent.Verb(
        CONNECTION + "address id? interface? deadline_ms?", this::announce));
    verbs.put("withdraw", new Agent.Verb(CONNECTION + "id deadline_ms?", this::withdraw));
    verbs.put("start", new Agent.Verb("as operation", this::start));
    verbs.put("finish", new Agent.Verb("operation", this::finish));
    verbs.put("cancel", new Agent.Verb("operation", this::cancel));
    verbs.put("path_manager", new Agent.Verb(CONNECTION, request ->
        Form.json(control().pathManager(request.connection(named)).word())));
    verbs.put("namespace_path_manager", new Agent.Verb("", request ->
        Form.json(control().namespacePathManager().word())));
    verbs.put("set_namespace_path_manager", new Agent.Verb("path_manager", request -> {
      control().setNamespacePathManager(request.word(PathManager.class, "path_manager", null));
      return null;
    }));
    verbs.put("convert_path_manager", new Agent.Verb("socket", request -> {
      control().convertPathManager(request.connection(named));
      return null;
    }));
    addEndpointsTo(verbs);
  }

  private void addEndpointsTo(Map<String, Agent.Verb> verbs) {
    verbs.put("list_endpoints", new Agent.Verb("", request ->
        Form.list(control().listEndpoints(), Steering::endpoint)));
    verbs.put("add_endpoint", new Agent.Verb("address id? interface? flags", this::addEndpoint));
    verbs.put("change_endpoint", new Agent.Verb("id flags", request -> {
      control().changeEndpoint(request.integer("id"), flags(request));
      return null;
    }));
    verbs.put("remove_endpoint", new Agent.Verb("id", request -> {
      control().removeEndpoint(request.integer("id"));
      return null;
    }));
    verbs.put("flush_endpoints", new Agent.Verb("", request -> {
      control().flushEndpoints();
      return null;
    }));
    verbs.put("limits", new Agent.Verb("", request -> limits(control().limits())));
    verbs.put("set_limits", new Agent.Verb("add_addr_accepted subflows", request -> {
      control().setLimits(
          new Limits(request.integer("add_addr_accepted"), request.integer("subflows")));
      return null;
    }));
  }

  private PathControl control() throws IOException {
    if (control == null) control = PathControl.direct();
    return control;
  }

  // --- the forms that wait -------------------------------------------------------------------------

  private JsonElement open(Request request) throws IOException {
    return Form.subflow(control().open(
        request.connection(named), openRequest(request), request.deadline()));
  }

  private JsonElement closeSubflow(Request request) throws IOException {
    control().close(
        request.connection(named), which(request), request.deadline(), last(request));
    return null;
  }

  private JsonElement prefer(Request request) throws IOException {
    return Form.subflow(control().prefer(request.connection(named), which(request),
        priority(request), request.deadline()));
  }

  private JsonElement announce(Request request) throws IOException {
    return announcement(control().announce(
        request.connection(named), announceRequest(request), request.deadline()));
  }

  private JsonElement withdraw(Request request) throws IOException {
    control().withdraw(request.connection(named), request.integer("id"), request.deadline());
    return null;
  }

  // --- the asynchronous form -----------------------------------------------------------------------

  private JsonElement start(Request request) throws IOException {
    Request operation = request.inner("operation");
    ConnectionRef connection = operation.connection(named);
    Duration deadline = operation.deadline();
    CompletableFuture<?> future = switch (operation.verb()) {
      case "open" -> control().openAsync(connection, openRequest(operation), deadline);
      case "close_subflow" ->
          control().closeAsync(connection, which(operation), deadline, last(operation));
      case "prefer" ->
          control().preferAsync(connection, which(operation), priority(operation), deadline);
      case "announce" -> control().announceAsync(connection, announceRequest(operation), deadline);
      case "withdraw" -> control().withdrawAsync(connection, operation.integer("id"), deadline);
      default -> throw new Agent.Broken("there is no operation " + operation.verb());
    };
    named.put(request.text("as"), future);
    return null;
  }

  private JsonElement finish(Request request) throws Exception {
    Object result = operation(request).get();
    if (result instanceof Subflow subflow) return Form.subflow(subflow);
    if (result instanceof Announcement announcement) return announcement(announcement);
    return null;
  }

  private JsonElement cancel(Request request) {
    operation(request).cancel(false);
    return null;
  }

  private CompletableFuture<?> operation(Request request) {
    return named.get(CompletableFuture.class, request.text("operation"));
  }

  // --- what they are given and give ----------------------------------------------------------------

  private static OpenRequest openRequest(Request request) {
    return new OpenRequest(request.address("local"), request.address("remote"),
        request.device("interface"), priority(request), request.optional("local_id"),
        request.optional("remote_id"));
  }

  private static AnnounceRequest announceRequest(Request request) {
    return new AnnounceRequest(request.address("address").get(), request.optional("id"),
        request.device("interface"));
  }

  private static SubflowRef which(Request request) {
    return request.has("subflow")
        ? SubflowRef.of(request.number("subflow"))
        : SubflowRef.of(request.address("local").get(), request.address("remote").get());
  }

  private static Priority priority(Request request) {
    return request.word(Priority.class, "priority", Priority.REGULAR);
  }

  private static LastSubflow last(Request request) {
    return request.word(LastSubflow.class, "last", LastSubflow.KEEP);
  }

  private static JsonObject announcement(Announcement announcement) {
    JsonObject object = new JsonObject();
    object.addProperty("id", announcement.id());
    object.add("address", Form.json(announcement.address()));
    return object;
  }

  // --- endpoints and limits ------------------------------------------------------------------------

  private JsonElement addEndpoint(Request request) throws IOException {
    int flags = 0;
    for (EndpointFlag flag : flags(request)) flags |= flag.bit();
    Endpoint endpoint = new Endpoint(request.optional("id").orElse(0),
        request.address("address").get(), request.device("interface"), flags);
    return new JsonPrimitive(control().addEndpoint(endpoint));
  }

  private static EndpointFlag[] flags(Request request) {
    return request.texts("flags").stream()
        .map(word -> EndpointFlag.valueOf(word.toUpperCase(Locale.ROOT)))
        .toArray(EndpointFlag[]::new);
  }

  private static JsonObject endpoint(Endpoint endpoint) {
    JsonObject object = new JsonObject();
    object.addProperty("id", endpoint.id());
    object.add("address", Form.json(endpoint.address()));
    object.add("interface", Form.optionalDevice(endpoint.interfaceIndex()));
    object.add("flags", Form.list(endpoint.flags(), flag -> Form.json(flag.word())));
    return object;
  }

  private static JsonObject limits(Limits limits) {
    JsonObject object = new JsonObject();
    object.addProperty("add_addr_accepted", limits.addAddrAccepted());
    object.addProperty("subflows", limits.subflows());
    return object;
  }
}
