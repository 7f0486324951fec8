// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.libmptcp.DirectionCounters;
import io.github.libmptcp.Lab;
import io.github.libmptcp.LabPath;
import io.github.libmptcp.LabProcess;
import io.github.libmptcp.LabSpec;
import io.github.libmptcp.PathManager;
import io.github.libmptcp.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The lab, from outside. */
final class Experimenting {
  private final Named named;

  Experimenting(Named named) {
    this.named = named;
  }

  void addTo(Map<String, Agent.Verb> verbs) {
    verbs.put("lab", new Agent.Verb("as paths path_manager? name?", this::lab));
    verbs.put("lab_paths", new Agent.Verb("lab", request ->
        Form.list(in(request).paths(), Experimenting::path)));
    verbs.put("lab_change", new Agent.Verb("lab path words", request -> {
      in(request).change(request.text("path"), request.text("words"));
      return null;
    }));
    verbs.put("lab_address", new Agent.Verb("lab path host family", request ->
        Form.json(in(request).address(request.text("path"), request.text("host"),
            Form.family(request.text("family"))))));
    verbs.put("lab_run", new Agent.Verb("lab host arguments", this::run));
    verbs.put("lab_socket", new Agent.Verb("as lab host family transport?", this::socket));
    verbs.put("labs", new Agent.Verb("", request -> Form.list(Lab.list(), Form::json)));
  }

  private Lab in(Request request) {
    return named.get(Lab.class, request.text("lab"));
  }

  private JsonElement lab(Request request) throws IOException {
    LabSpec spec = LabSpec.ofPaths(request.texts("paths").toArray(String[]::new));
    if (request.has("path_manager")) {
      spec = spec.withPathManager(request.word(PathManager.class, "path_manager", null));
    }
    if (request.has("name")) spec = spec.withName(request.text("name"));
    named.put(request.text("as"), Lab.start(spec));
    return null;
  }

  private JsonElement run(Request request) throws Exception {
    String[] arguments = request.texts("arguments").toArray(String[]::new);
    try (LabProcess process = in(request).command(request.text("host"), arguments)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        InputStream output = process.getInputStream()) {
      output.transferTo(System.err);
      return new JsonPrimitive(process.waitFor());
    }
  }

  private JsonElement socket(Request request) throws IOException {
    named.put(request.text("as"), in(request).openSocketChannel(request.text("host"),
        Form.family(request.text("family")),
        request.word(Transport.class, "transport", Transport.TCP)));
    return null;
  }

  private static JsonObject path(LabPath path) {
    JsonObject object = new JsonObject();
    object.addProperty("name", path.name());
    object.addProperty("from", path.from());
    object.addProperty("to", path.to());
    object.addProperty("words", path.words());
    object.add("upload", counters(path.upload()));
    object.add("download", counters(path.download()));
    return object;
  }

  private static JsonObject counters(DirectionCounters counters) {
    JsonObject object = new JsonObject();
    object.addProperty("packets", counters.packets());
    object.addProperty("bytes", counters.bytes());
    object.addProperty("queue_full", counters.queueFull());
    object.addProperty("lost", counters.lost());
    object.addProperty("blocked", counters.blocked());
    object.addProperty("overrun", counters.overrun());
    object.addProperty("reordered", counters.reordered());
    object.addProperty("duplicated", counters.duplicated());
    object.addProperty("stripped", counters.stripped());
    return object;
  }
}
