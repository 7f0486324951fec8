// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import java.util.List;

/**
 * A program to start in a host of a {@link Lab}; its standard streams are pipes, like those of a
 * {@link ProcessBuilder}, unless they are redirected. It inherits no other descriptor, and knows its
 * lab by the environment variable MPTCP_LAB.
 */
public final class LabCommand {
  private static final int STREAMS = 3;

  private final Handle lab;
  private final String host;
  private final List<String> arguments;
  private final Redirect[] redirects = {Redirect.PIPE, Redirect.PIPE, Redirect.PIPE};

  LabCommand(Handle lab, String host, List<String> arguments) {
    this.lab = lab;
    this.host = host;
    this.arguments = arguments;
  }

  /**
   * Says where standard input comes from.
   *
   * @param redirect a pipe, our own input, or a file
   * @return this
   */
  public LabCommand redirectInput(Redirect redirect) {
    redirects[0] = redirect;
    return this;
  }

  /**
   * Says where standard output goes.
   *
   * @param redirect a pipe, our own output, a file, or nowhere
   * @return this
   */
  public LabCommand redirectOutput(Redirect redirect) {
    redirects[1] = redirect;
    return this;
  }

  /**
   * Says where standard error goes.
   *
   * @param redirect a pipe, our own error output, a file, or nowhere
   * @return this
   */
  public LabCommand redirectError(Redirect redirect) {
    redirects[2] = redirect;
    return this;
  }

  /**
   * Uses our own three streams.
   *
   * @return this
   */
  public LabCommand inheritIO() {
    for (int i = 0; i < STREAMS; i++) redirects[i] = Redirect.INHERIT;
    return this;
  }

  /**
   * Starts the program.
   *
   * @return its process, a child of this one
   * @throws IOException if there is no such host or program
   */
  public LabProcess start() throws IOException {
    Stream[] streams = new Stream[STREAMS];
    try {
      for (int i = 0; i < STREAMS; i++) streams[i] = Stream.of(redirects[i], i);
      byte[] name = Packed.text(host);
      byte[][] words = arguments.stream().map(Packed::text).toArray(byte[][]::new);
      int[] fds = {streams[0].fd, streams[1].fd, streams[2].fd};
      long process = Waits.call(() -> lab.use(
          pointer -> Native.openProcess(pointer, name, words, fds[0], fds[1], fds[2])));
      return new LabProcess(process, streams[0].ours, streams[1].ours, streams[2].ours);
    } catch (IOException | RuntimeException failure) {
      for (Stream stream : streams) {
        if (stream != null && stream.ours != null) stream.ours.close();
      }
      throw failure;
    } finally {
      for (Stream stream : streams) {
        if (stream != null) stream.theirs.close();
      }
    }
  }

  /** One of the program's streams: its end, and ours of a pipe. */
  private record Stream(int fd, AutoCloseableIo theirs, java.nio.channels.Channel ours) {
    static Stream of(Redirect redirect, int number) throws IOException {
      switch (redirect.type()) {
        case INHERIT:
          return new Stream(number, () -> { }, null);
        case PIPE:
          Pipe pipe = Pipe.open();
          return number == 0
              ? new Stream(Descriptors.of(pipe.source()), pipe.source()::close, pipe.sink())
              : new Stream(Descriptors.of(pipe.sink()), pipe.sink()::close, pipe.source());
        case READ:
          FileInputStream input = new FileInputStream(redirect.file());
          return new Stream(Descriptors.of(input.getFD()), input::close, null);
        default:
          boolean appends = redirect.type() == Redirect.Type.APPEND;
          FileOutputStream output = new FileOutputStream(redirect.file(), appends);
          return new Stream(Descriptors.of(output.getFD()), output::close, null);
      }
    }
  }

  private interface AutoCloseableIo {
    void close() throws IOException;
  }
}
