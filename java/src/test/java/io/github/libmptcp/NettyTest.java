// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An echo over Netty, whose channels are given MPTCP sockets. */
class NettyTest {
  private static final StandardProtocolFamily FAMILY = StandardProtocolFamily.INET;

  @BeforeEach
  void requireOwnNamespace() {
    Network.requireOwnNamespace();
  }

  private interface Make<T> {
    T of() throws IOException;
  }

  private static <T extends Channel> ChannelFactory<T> factory(Make<T> make) {
    return () -> {
      try {
        return make.of();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  private static void echo(IoHandlerFactory handler, ChannelFactory<? extends ServerChannel> server,
      ChannelFactory<? extends Channel> client) throws Exception {
    MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handler);
    try {
      Channel listener = new ServerBootstrap().group(group).channelFactory(server)
          .childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
              channel.pipeline().addLast(new Echo());
            }
          })
          .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
      Answer answer = new Answer();
      Channel channel = new Bootstrap().group(group).channelFactory(client).handler(answer)
          .connect(listener.localAddress()).sync().channel();
      channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {42}));
      assertEquals(42, answer.byteRead.get(20, TimeUnit.SECONDS));
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      long ends = Mptcp.listConnections().stream()
          .filter(one -> one.local().getPort() == port || one.remote().getPort() == port)
          .filter(one -> one.subflows().size() == 1)
          .count();
      assertEquals(2, ends, "MPTCP connections");
      if (channel instanceof EpollSocketChannel epoll) {
        assertEquals(Status.MPTCP, Mptcp.status(epoll.fd().intValue()));
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void echoes_over_mptcp_by_nio() throws Exception {
    echo(NioIoHandler.newFactory(),
        factory(() -> new NioServerSocketChannel(
            Mptcp.openServerSocketChannel(FAMILY, Fallback.REFUSED))),
        factory(() -> new NioSocketChannel(
            Mptcp.openSocketChannel(FAMILY, Fallback.REFUSED))));
  }

  @Test
  void echoes_over_mptcp_by_epoll() throws Exception {
    assertTrue(Epoll.isAvailable(), () -> Epoll.unavailabilityCause().toString());
    echo(EpollIoHandler.newFactory(),
        factory(() -> new EpollServerSocketChannel(
            Mptcp.openDescriptor(FAMILY, Fallback.REFUSED))),
        factory(() -> new EpollSocketChannel(
            Mptcp.openDescriptor(FAMILY, Fallback.REFUSED))));
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private static final class Answer extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Integer> byteRead = new CompletableFuture<>();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      byteRead.complete((int) bytes.readByte());
      bytes.release();
    }
  }
}
