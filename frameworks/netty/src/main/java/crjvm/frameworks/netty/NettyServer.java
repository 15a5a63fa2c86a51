package crjvm.frameworks.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves HTTP on {@code -Dport}. {@code -Dtransport} is {@code nio} or {@code epoll}. */
public final class NettyServer {
  private static final int MAX_CONTENT = 64 * 1024;

  private NettyServer() {}

  public static void main(String[] args) throws InterruptedException {
    boolean epoll = System.getProperty("transport", "nio").equals("epoll");
    EventLoopGroup boss = group(1, epoll);
    EventLoopGroup workers = group(0, epoll);
    Channel server = bind(boss, workers, epoll, Integer.getInteger("port", 8080));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(boss, workers)));
    server.closeFuture().sync();
  }

  /** Stops without Netty's quiet period of two seconds, in which it would still accept requests. */
  private static void stop(EventLoopGroup... groups) {
    for (EventLoopGroup group : groups) {
      group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
    System.out.println("stopped");
  }

  private static EventLoopGroup group(int threads, boolean epoll) {
    IoHandlerFactory transport = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, transport);
  }

  private static Channel bind(EventLoopGroup boss, EventLoopGroup workers, boolean epoll, int port)
      throws InterruptedException {
    Class<? extends ServerSocketChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    AtomicInteger visits = new AtomicInteger();
    return new ServerBootstrap()
        .group(boss, workers)
        .channel(channel)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel connection) {
                connection
                    .pipeline()
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(MAX_CONTENT))
                    .addLast(new GreetingHandler(visits));
              }
            })
        .bind("127.0.0.1", port)
        .sync()
        .channel();
  }
}
