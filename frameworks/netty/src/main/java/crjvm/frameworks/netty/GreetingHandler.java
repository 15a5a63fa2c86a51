package crjvm.frameworks.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.CharBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Handles one connection. */
final class GreetingHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final int DELAY_MS = 20;

  private final AtomicInteger visits;

  GreetingHandler(AtomicInteger visits) {
    this.visits = visits;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    QueryStringDecoder query = new QueryStringDecoder(request.uri());
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    switch (query.path()) {
      case "/greeting":
        String name = query.parameters().getOrDefault("name", List.of("World")).get(0);
        answer(context, keepAlive, "Hello, " + name + "!");
        break;
      case "/visits":
        answer(context, keepAlive, Integer.toString(visits.incrementAndGet()));
        break;
      case "/transport":
        answer(context, keepAlive, context.channel().getClass().getSimpleName());
        break;
      case "/later": // with the timer of the event loop
        context
            .executor()
            .schedule(() -> answer(context, keepAlive, "later"), DELAY_MS, TimeUnit.MILLISECONDS);
        break;
      default:
        answer(context, keepAlive, HttpResponseStatus.NOT_FOUND, "");
    }
  }

  private static void answer(ChannelHandlerContext context, boolean keepAlive, String text) {
    answer(context, keepAlive, HttpResponseStatus.OK, text);
  }

  /** Sends an answer from Netty's pooled memory. */
  private static void answer(
      ChannelHandlerContext context, boolean keepAlive, HttpResponseStatus status, String text) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(text), UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    HttpUtil.setContentLength(response, response.content().readableBytes());
    HttpUtil.setKeepAlive(response, keepAlive);
    if (keepAlive) {
      context.writeAndFlush(response);
    } else {
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
