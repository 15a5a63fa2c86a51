package crjvm.agent.warmup;

import crjvm.agent.options.WarmPoint;
import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import crjvm.agent.warmup.http.HttpSender;
import java.io.IOException;
import java.net.URI;

/** A wait for a warm point that can be observed from outside of the application's code. */
public final class WarmPointWatch {
  private static final int POLL_MS = 20;
  private static final int HTTP_POLL_MS = 100;

  private final WarmPoint point;

  /** The latest answer of {@code at=http:}, as the rest of a sentence. */
  private volatile String answer = "has not answered";

  public WarmPointWatch(WarmPoint point) {
    this.point = point;
  }

  /**
   * Waits until the warm point is reached. If the application never reaches it, it waits as long as
   * the application runs.
   */
  public void await() throws InterruptedException, IOException {
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

  private boolean isAnswered(URI url) {
    try {
      HttpAnswer latest = HttpSender.send(HttpRequest.get(url));
      answer = "answers with status " + latest.status();
      return latest.isSuccess();
    } catch (IOException e) {
      answer = "does not answer (" + e.getMessage() + ")";
      return false;
    }
  }

  /** Returns a description of the wait, as the rest of a sentence. */
  public String describeWait() {
    if (point instanceof WarmPoint.Port port) {
      return "port " + port.number() + "; this JVM listens on " + ports();
    } else if (point instanceof WarmPoint.Http http) {
      return "\"" + http.url() + "\", which " + answer + "; this JVM listens on " + ports();
    } else if (point instanceof WarmPoint.Delay delay) {
      return "the delay of " + delay.time().toSeconds() + " s";
    }
    return "the warm point";
  }

  private static String ports() {
    String ports = ListeningSockets.describe();
    return ports.isEmpty() ? "no port" : ports;
  }
}
