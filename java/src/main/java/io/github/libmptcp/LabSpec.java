// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a lab is made of: hosts, and paths between them. Begins with the hosts {@code "client"} and
 * {@code "server"}, no path, no name, seed 1. It never changes: each {@code with} makes another.
 */
public final class LabSpec {
  private interface Step {
    void on(long spec) throws IOException;
  }

  private static final LabSpec EMPTY = new LabSpec(List.of());

  private final List<Step> steps;

  private LabSpec(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * {@return a lab with paths from client to server}
   *
   * @param paths each as {@code "50mbit,10ms"}, {@code "20mbit,40ms,loss=0.1%"}, {@code "direct"};
   *     docs/lab.md lists the words
   */
  public static LabSpec ofPaths(String... paths) {
    LabSpec spec = EMPTY;
    for (String words : paths) spec = spec.withPath(words, null, null);
    return spec;
  }

  /**
   * {@return the same with a path more}
   *
   * @param words as {@link #ofPaths} takes them
   * @param from its first host
   * @param to its second host
   */
  public LabSpec withPath(String words, String from, String to) {
    byte[] path = Packed.text(words);
    byte[] first = Packed.text(from);
    byte[] second = Packed.text(to);
    return with(spec -> Native.mptcp_lab_spec_add_path(spec, path, first, second));
  }

  /**
   * {@return the same under a name, by which others can {@linkplain Lab#attach find} it}
   *
   * @param name the name
   */
  public LabSpec withName(String name) {
    byte[] text = Packed.text(name);
    return with(spec -> Native.mptcp_lab_spec_set_name(spec, text));
  }

  /**
   * {@return the same with another seed: the same seed, the same losses}
   *
   * @param seed any number
   */
  public LabSpec withSeed(long seed) {
    return with(spec -> Native.mptcp_lab_spec_set_seed(spec, seed));
  }

  /**
   * {@return the same with a path manager for client and server}
   *
   * @param manager of the connections that are made there
   */
  public LabSpec withPathManager(PathManager manager) {
    return withHost("client", manager, null).withHost("server", manager, null);
  }

  /**
   * {@return the same with a host more, or with one changed}
   *
   * @param host its name
   * @param manager the path manager of its connections; null for the kernel's choice
   * @param congestionControl of connections over its paths; null for the kernel's choice
   */
  public LabSpec withHost(String host, PathManager manager, String congestionControl) {
    byte[] name = Packed.text(host);
    byte[] word = manager == null ? null : Packed.text(manager.word());
    byte[] control = Packed.text(congestionControl);
    return with(spec -> Native.mptcp_lab_spec_set_host(spec, name, word, control));
  }

  /**
   * {@return the same with a kernel setting of a host that is there}
   *
   * @param host its name
   * @param name the setting: {@code "net.ipv4.tcp_rmem"}
   * @param value its value
   */
  public LabSpec withSysctl(String host, String name, String value) {
    byte[] where = Packed.text(host);
    byte[] what = Packed.text(name);
    byte[] text = Packed.text(value);
    return with(spec -> Native.mptcp_lab_spec_set_sysctl(spec, where, what, text));
  }

  private LabSpec with(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new LabSpec(List.copyOf(more));
  }

  long start() throws IOException {
    long[] spec = new long[1];
    long[] lab = new long[1];
    Native.mptcp_lab_spec_open(spec);
    try {
      for (Step step : steps) step.on(spec[0]);
      Native.mptcp_lab_start(spec[0], lab);
      return lab[0];
    } finally {
      Native.mptcp_lab_spec_close(spec[0]);
    }
  }
}
