// SPDX-License-Identifier: MIT
package conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.github.libmptcp.Fallback;
import io.github.libmptcp.Mptcp;
import io.github.libmptcp.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;

/** The sockets: the JDK's channels, made MPTCP by the package. */
final class Sockets {
  private static final int PERIOD = 251;
  private static final int CHUNK = PERIOD * 256;

  private final Named named;
  private final Map<SocketChannel, Long> sent = new HashMap<>();
  private final Map<SocketChannel, Long> received = new HashMap<>();

  Sockets(Named named) {
    this.named = named;
  }

  void addTo(Map<String, Agent.Verb> verbs) {
    verbs.put("socket", new Agent.Verb("as family", this::socket));
    verbs.put("open_socket", new Agent.Verb("as family fallback?", this::openSocket));
    verbs.put("enable", new Agent.Verb("socket fallback?", this::enable));
    verbs.put("connect", new Agent.Verb("socket address local?", this::connect));
    verbs.put("listen", new Agent.Verb("as address transport", this::listen));
    verbs.put("accept", new Agent.Verb("listener as deadline_ms?", this::accept));
    verbs.put("send", new Agent.Verb("socket count", this::send));
    verbs.put("receive", new Agent.Verb("socket count", this::receive));
    verbs.put("shutdown", new Agent.Verb("socket", this::shutdown));
    verbs.put("close", new Agent.Verb("socket", this::close));
  }

  private JsonElement socket(Request request) throws IOException {
    named.put(request.text("as"), SocketChannel.open(Form.family(request.text("family"))));
    return null;
  }

  private JsonElement openSocket(Request request) throws IOException {
    named.put(request.text("as"),
        Mptcp.openSocketChannel(Form.family(request.text("family")), fallback(request)));
    return null;
  }

  private JsonElement enable(Request request) throws IOException {
    Object socket = named.get(request.text("socket"));
    Transport transport = socket instanceof ServerSocketChannel listener
        ? Mptcp.enable(listener, fallback(request))
        : Mptcp.enable(channel(request), fallback(request));
    return Form.json(transport.word());
  }

  private JsonElement connect(Request request) throws IOException {
    SocketChannel channel = channel(request);
    if (request.has("local")) channel.bind(request.address("local").get());
    channel.connect(request.address("address").get());
    return Form.json((InetSocketAddress) channel.getLocalAddress());
  }

  private JsonElement listen(Request request) throws IOException {
    InetSocketAddress address = request.address("address").get();
    ProtocolFamily family = address.getAddress() instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
    ServerSocketChannel listener = request.text("transport").equals("mptcp")
        ? Mptcp.openServerSocketChannel(family, Fallback.ALLOWED)
        : ServerSocketChannel.open(family);
    listener.bind(address);
    named.put(request.text("as"), listener);
    return Form.json((InetSocketAddress) listener.getLocalAddress());
  }

  private JsonElement accept(Request request) throws IOException {
    ServerSocketChannel listener =
        named.get(ServerSocketChannel.class, request.text("listener"));
    listener.socket().setSoTimeout((int) request.deadline().toMillis());
    Socket accepted = listener.socket().accept();
    named.put(request.text("as"), accepted.getChannel());
    return Form.json((InetSocketAddress) accepted.getRemoteSocketAddress());
  }

  private JsonElement send(Request request) throws IOException {
    SocketChannel channel = channel(request);
    long left = request.number("count");
    while (left > 0) {
      long done = sent.getOrDefault(channel, 0L);
      ByteBuffer part = pattern(done, (int) Math.min(left, CHUNK));
      int count = channel.write(part);
      sent.put(channel, done + count);
      left -= count;
    }
    return null;
  }

  private JsonElement receive(Request request) throws IOException {
    SocketChannel channel = channel(request);
    long wanted = request.number("count");
    long got = 0;
    while (got < wanted) {
      ByteBuffer part = ByteBuffer.allocate((int) Math.min(wanted - got, CHUNK));
      int count = channel.read(part);
      if (count < 0) break;
      long done = received.getOrDefault(channel, 0L);
      if (!part.flip().equals(pattern(done, count))) {
        throw new Agent.Broken("a byte after the " + done + "th is not the expected one");
      }
      received.put(channel, done + count);
      got += count;
    }
    return new JsonPrimitive(got);
  }

  private JsonElement shutdown(Request request) throws IOException {
    channel(request).shutdownOutput();
    return null;
  }

  private JsonElement close(Request request) throws Exception {
    named.get(AutoCloseable.class, request.text("socket")).close();
    return null;
  }

  private SocketChannel channel(Request request) {
    return named.get(SocketChannel.class, request.text("socket"));
  }

  private static Fallback fallback(Request request) {
    return request.word(Fallback.class, "fallback", Fallback.ALLOWED);
  }

  private static ByteBuffer pattern(long from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) bytes[i] = (byte) ((from + i) % PERIOD);
    return ByteBuffer.wrap(bytes);
  }
}
