// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.libmptcp.MptcpFailure;
import io.github.libmptcp.Raised;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/**
 * The agent of the conformance suite that speaks Java. tests/conformance/README.md is its protocol;
 * the classes beside it each carry out some of the requests.
 */
public final class Agent {
  private final Map<String, Verb> verbs = new HashMap<>();
  private final Named named = new Named();

  private Agent() {
    new Sockets(named).addTo(verbs);
    new Seeing(named).addTo(verbs);
    new Steering(named).addTo(verbs);
    new Watching(named).addTo(verbs);
    new Experimenting(named).addTo(verbs);
    verbs.put("raise", new Verb("kind os_code message", request -> {
      throw Raised.of(request.text("kind"), request.integer("os_code"), request.text("message"));
    }));
  }

  /** What can't be carried out: the scenario fails. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String why) {
      super(why);
    }
  }

  /** What a request is answered by. */
  interface Answer {
    JsonElement to(Request request) throws Exception;
  }

  /** A request's keys, those that may be left out with a question mark, and what it is answered by. */
  record Verb(String keys, Answer answer) {}

  public static void main(String[] arguments) throws IOException {
    Agent agent = new Agent();
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String line;
    while ((line = requests.readLine()) != null) answers.println(agent.carryOut(line));
    System.exit(0); // whatever still waits
  }

  private JsonObject carryOut(String line) {
    try {
      JsonElement answer = answer(Request.of(line));
      return one("ok", answer == null ? JsonNull.INSTANCE : answer);
    } catch (Broken | JsonParseException broken) {
      return one("broken", Form.json(String.valueOf(broken.getMessage())));
    } catch (ExecutionException failure) {
      return failed(failure.getCause());
    } catch (Exception failure) {
      return failed(failure);
    }
  }

  private JsonElement answer(Request request) throws Exception {
    Verb verb = verbs.get(request.verb());
    if (verb == null) throw new Broken("there is no request " + request.verb());
    request.check(verb.keys());
    return verb.answer().to(request);
  }

  private static JsonObject failed(Throwable failure) {
    if (failure instanceof MptcpFailure ours) {
      return error(failure, ours.kind().word(), ours.osCode());
    }
    if (failure instanceof CancellationException) return error(failure, "not_found", 0);
    // The JDK's own sockets.
    if (failure instanceof ClosedChannelException) return error(failure, "invalid_argument", 0);
    if (failure instanceof SocketTimeoutException) return error(failure, "timed_out", 0);
    if (failure instanceof IOException || failure instanceof NotYetConnectedException
        || failure instanceof AlreadyConnectedException
        || failure instanceof AlreadyBoundException) {
      return error(failure, "system", 0);
    }
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return one("broken", Form.json(trace.toString()));
  }

  private static JsonObject error(Throwable failure, String kind, int osCode) {
    JsonObject error = new JsonObject();
    error.addProperty("kind", kind);
    error.addProperty("os_code", osCode);
    String message = failure.getMessage();
    error.addProperty("message", message == null ? failure.toString() : message);
    error.addProperty("type", failure.getClass().getName());
    return one("error", error);
  }

  private static JsonObject one(String key, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(key, value);
    return object;
  }
}
