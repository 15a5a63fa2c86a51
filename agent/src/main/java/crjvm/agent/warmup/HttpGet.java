package crjvm.agent.warmup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * A GET request that leaves nothing behind: its connection is closed at once, there is no pool and
 * no thread. (java.net.http's client would keep both.)
 */
final class HttpGet {
  private static final int TIMEOUT_MS = 30_000;

  private HttpGet() {}

  /** The answer's status; the body was read to its end. */
  static int send(URI url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    try {
      connection.setRequestProperty("Connection", "close");
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        if (body != null) {
          body.transferTo(OutputStream.nullOutputStream());
        }
      }
      return status;
    } finally {
      connection.disconnect();
    }
  }

  static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }
}
