package crjvm.frameworks.jetty;

import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's answers. */
final class Greetings extends Handler.Abstract {
  private static final Logger LOGGER = LoggerFactory.getLogger(Greetings.class);

  private final AtomicInteger visits = new AtomicInteger();
  private final Prices prices;
  private final Heartbeat heartbeat;

  Greetings(Prices prices, Heartbeat heartbeat) {
    this.prices = prices;
    this.heartbeat = heartbeat;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String answer = answer(Request.getPathInContext(request), Request.getParameters(request));
    if (answer == null) {
      return false;
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    Content.Sink.write(response, true, answer, callback);
    return true;
  }

  private String answer(String path, Fields query) {
    return switch (path) {
      case "/greeting" -> "Hello, " + query.getValue("name") + "!";
      case "/visits" -> Integer.toString(visits.incrementAndGet());
      case "/log" -> log(query.getValue("text"), Integer.parseInt(query.getValue("lines")));
      case "/beats" -> Long.toString(heartbeat.beats());
      case "/price" -> price(query.getValue("cache"), query.getValue("article"));
      case "/fill" -> fill(Integer.parseInt(query.getValue("articles")));
      default -> null;
    };
  }

  private static String log(String text, int lines) {
    for (int i = 1; i <= lines; i++) {
      LOGGER.info("{} {}", text, i);
    }
    return "logged";
  }

  private String price(String cache, String article) {
    return prices.cache(cache).get(article).toString();
  }

  /**
   * Fills a small cache.
   *
   * @return the number of entries that are left
   */
  private String fill(int articles) {
    LoadingCache<String, Integer> few = prices.cache("few");
    for (int i = 0; i < articles; i++) {
      few.put(Integer.toString(i), i);
    }
    few.cleanUp();
    return Long.toString(few.estimatedSize());
  }
}
