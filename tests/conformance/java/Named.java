// SPDX-License-Identifier: MIT
package conformance;

import io.github.libmptcp.BorrowedDescriptor;
import io.github.libmptcp.ConnectionRef;
import java.nio.channels.SocketChannel;
import java.nio.channels.ServerSocketChannel;
import io.github.libmptcp.Raised;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What requests made and others refer to. */
final class Named {
  private final Map<String, Object> things = new HashMap<>();
  private final Map<String, ConnectionRef> refs = new HashMap<>();

  void put(String name, Object thing) {
    things.put(name, thing);
    refs.remove(name);
  }

  <T> T get(Class<T> type, String name) {
    Object thing = get(name);
    if (!type.isInstance(thing)) throw new Agent.Broken(name + " is a " + thing.getClass());
    return type.cast(thing);
  }

  Object get(String name) {
    Object thing = things.get(name);
    if (thing == null) throw new Agent.Broken("there is no " + name);
    return thing;
  }

  /** The same for as long as the name means the same. */
  ConnectionRef ref(String name) {
    return refs.computeIfAbsent(name, missing -> refOf(get(name)));
  }

  private static ConnectionRef refOf(Object thing) {
    if (thing instanceof SocketChannel channel) return ConnectionRef.of(channel);
    if (thing instanceof BorrowedDescriptor borrowed) return ConnectionRef.of(borrowed.fd());
    try {
      if (thing instanceof ServerSocketChannel listener) {
        return ConnectionRef.of(Raised.descriptorOf(listener));
      }
    } catch (IOException closed) {
      throw new Agent.Broken("a listener is closed: " + closed.getMessage());
    }
    throw new Agent.Broken("no socket: " + thing.getClass());
  }
}
