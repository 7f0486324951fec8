// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.libmptcp.Event;
import io.github.libmptcp.EventKind;
import io.github.libmptcp.EventStream;
import io.github.libmptcp.Sampling;
import io.github.libmptcp.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Events. */
final class Watching {
  private static final int USUAL_SILENCE_MS = 1000;

  private final Named named;

  Watching(Named named) {
    this.named = named;
  }

  void addTo(Map<String, Agent.Verb> verbs) {
    verbs.put("watch", new Agent.Verb("as scope", this::watch));
    verbs.put("add", new Agent.Verb("stream socket interval_ms? silence_ms?", this::add));
    verbs.put("remove", new Agent.Verb("stream socket", this::remove));
    verbs.put("next", new Agent.Verb("stream kinds? deadline_ms?", this::next));
  }

  private EventStream stream(Request request) {
    return named.get(EventStream.class, request.text("stream"));
  }

  private JsonElement watch(Request request) throws IOException {
    Scope scope = request.word(Scope.class, "scope", null);
    named.put(request.text("as"), EventStream.open(scope));
    return null;
  }

  private JsonElement add(Request request) throws IOException {
    int interval = request.optional("interval_ms").orElse(0);
    int silence = request.optional("silence_ms").orElse(USUAL_SILENCE_MS);
    stream(request).add(named.ref(request.text("socket")),
        new Sampling(Duration.ofMillis(interval), Duration.ofMillis(silence)));
    return null;
  }

  private JsonElement remove(Request request) throws IOException {
    stream(request).remove(named.ref(request.text("socket")));
    return null;
  }

  private JsonElement next(Request request) throws IOException, InterruptedException {
    List<String> kinds = request.has("kinds") ? request.texts("kinds") : List.of();
    long end = System.nanoTime() + request.deadline().toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      Event event = stream(request).take(left);
      if (kinds.isEmpty() || kinds.contains(event.kind().word())) return write(event);
    }
  }

  private static JsonObject write(Event event) {
    EventKind kind = event.kind();
    JsonObject object = new JsonObject();
    object.addProperty("kind", kind.word());
    object.addProperty("origin", event.origin().word());
    object.addProperty("token", event.token());
    object.addProperty("subflow", event.subflow());
    object.add("local", Form.optionalAddress(event.local()));
    object.add("remote", Form.optionalAddress(event.remote()));
    object.add("local_id", Form.json(event.localId()));
    object.add("remote_id", Form.json(event.remoteId()));
    object.add("backup", Form.json(event.backup()));
    object.add("server_side", Form.json(event.serverSide()));
    object.add("error", Form.json(event.error()));
    object.add("reset_reason", Form.json(event.resetReason()));
    return object;
  }
}
