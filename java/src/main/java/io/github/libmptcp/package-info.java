// SPDX-License-Identifier: MIT

/**
 * Multipath TCP for the sockets that Java programs already have: see and steer the paths of a
 * connection, and be told what happens to them.
 *
 * <p>{@link io.github.libmptcp.Mptcp} turns MPTCP on and shows the subflows; {@link
 * io.github.libmptcp.PathControl} opens, closes, prefers and announces them; {@link
 * io.github.libmptcp.EventStream} tells the news; {@link io.github.libmptcp.Lab} is a network to try
 * it all in.
 *
 * <p>What fails, fails with an exception that is a {@link io.github.libmptcp.MptcpFailure}: an {@link
 * java.io.IOException} of the JDK's where one fits, a {@link io.github.libmptcp.MptcpException}
 * otherwise, and an {@link java.lang.IllegalArgumentException} for what can never succeed.
 */
package io.github.libmptcp;
