// SPDX-License-Identifier: MIT
package io.github.libmptcp;

/**
 * A path of a lab, as it is now.
 *
 * @param name its name: {@code "path1"}
 * @param from its first host
 * @param to its second host
 * @param words what it does to packets, as {@link LabSpec#ofPaths} takes it
 * @param isDirect whether it is a bare link at full speed
 * @param isUp whether the link is up
 * @param upload what happened to what the first host sends
 * @param download what happened to what the second host sends
 */
public record LabPath(
    String name,
    String from,
    String to,
    String words,
    boolean isDirect,
    boolean isUp,
    DirectionCounters upload,
    DirectionCounters download) {
  private static final int NAME_ROOM = Native.LIBMPTCP_LAB_NAME_SIZE;
  private static final int WORDS_ROOM = Native.LIBMPTCP_LAB_WORDS_SIZE;

  static LabPath of(Packed path) {
    return new LabPath(
        path.textAt(Native.LAB_PATH_NAME, NAME_ROOM),
        path.textAt(Native.LAB_PATH_FROM, NAME_ROOM),
        path.textAt(Native.LAB_PATH_TO, NAME_ROOM),
        path.textAt(Native.LAB_PATH_WORDS, WORDS_ROOM),
        path.intAt(Native.LAB_PATH_IS_DIRECT) != 0,
        path.intAt(Native.LAB_PATH_IS_UP) != 0,
        DirectionCounters.of(new Packed(path.bytes, path.at + Native.LAB_PATH_UPLOAD)),
        DirectionCounters.of(new Packed(path.bytes, path.at + Native.LAB_PATH_DOWNLOAD)));
  }
}
