package crjvm.agent.warmup;

import crjvm.agent.options.WarmPoint;
import java.io.IOException;
import java.net.URI;

/** A wait for a warm point that can be observed from outside of the application's code. */
public final class WarmPointWatch {
  private static final int POLL_MS = 20;
  private static final int HTTP_POLL_MS = 100;

  private WarmPointWatch() {}

  /** Returns whether {@link #await} can wait for the warm point. */
  public static boolean isWatchable(WarmPoint point) {
    return point instanceof WarmPoint.Port
        || point instanceof WarmPoint.Http
        || point instanceof WarmPoint.Delay;
  }

  /**
   * Waits until the warm point is reached. If the application never reaches it, it waits as long as
   * the application runs.
   */
  public static void await(WarmPoint point) throws InterruptedException, IOException {
    if (point instanceof WarmPoint.Port port) {
      while (!ListeningSockets.isOwn(port.number())) {
        Thread.sleep(POLL_MS);
      }
    } else if (point instanceof WarmPoint.Http http) {
      while (!isAnswered(http.url())) {
        Thread.sleep(HTTP_POLL_MS);
      }
    } else if (point instanceof WarmPoint.Delay delay) {
      Thread.sleep(delay.time().toMillis());
    }
  }

  private static boolean isAnswered(URI url) {
    try {
      return HttpGet.isSuccess(HttpGet.send(url));
    } catch (IOException e) {
      return false;
    }
  }
}
