package crjvm.agent.warmup.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A sender of requests that leaves nothing behind. The JDK's clients would keep connections, timers
 * or threads, which would become parts of the image, and would share proxies, cookies and passwords
 * with the application.
 */
public final class HttpSender {
  private static final int TIMEOUT_MS = 30_000;
  private static final int END_TIMEOUT_MS = 1_000;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private HttpSender() {}

  /**
   * Returns the answer, which was read to its end. The server has closed the connection.
   *
   * @throws java.net.ConnectException nobody listens there
   */
  public static HttpAnswer send(HttpRequest request) throws IOException {
    return send(request, port(request.url()), true);
  }

  /**
   * Sends the request as if the server of the URL listened on another port. The certificate is not
   * checked, because the caller has started the server, and this JVM does not know the
   * application's trusted certificates.
   */
  public static HttpAnswer sendToOwn(HttpRequest request, int port) throws IOException {
    return send(request, port, false);
  }

  /**
   * Returns the status with which a server answers the URL. It waits for the rest of the answer for
   * a second at most.
   *
   * @throws java.net.SocketTimeoutException there was no answer within the limit
   */
  public static int probe(URI url, Duration limit) throws IOException {
    try (Socket socket = connect(url, port(url), false)) {
      socket.setSoTimeout((int) limit.toMillis());
      send(HttpRequest.get(url), socket);
      InputStream in = new BufferedInputStream(new UntilInputStream(socket, limit));
      int status = HttpAnswer.readStatus(in);
      awaitEnd(socket, new UntilInputStream(socket, Duration.ofMillis(END_TIMEOUT_MS)));
      return status;
    }
  }

  private static HttpAnswer send(HttpRequest request, int port, boolean isVerified)
      throws IOException {
    try (Socket socket = connect(request.url(), port, isVerified)) {
      send(request, socket);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      HttpAnswer answer = HttpAnswer.read(in, request.hasAnswerBody(), request.keepsAnswer());
      awaitEnd(socket, in);
      return answer;
    }
  }

  private static void send(HttpRequest request, Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(request.bytes());
    out.flush();
  }

  /**
   * Waits for the server to close its end of the connection, which might otherwise still be open at
   * the checkpoint. A server that does not close it on its own does so when it sees that no more
   * requests will come.
   */
  private static void awaitEnd(Socket socket, InputStream in) {
    try {
      socket.setSoTimeout(END_TIMEOUT_MS);
      socket.shutdownOutput();
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // There is an answer, whatever happens to the connection.
    }
  }

  /** Returns the port that the server of the URL listens on. */
  public static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isHttps(url) ? HTTPS_PORT : HTTP_PORT;
  }

  private static boolean isHttps(URI url) {
    return url.getScheme().equals("https");
  }

  private static Socket connect(URI url, int port, boolean isVerified) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host(url), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      return isHttps(url) ? secure(socket, host(url), port, isVerified) : socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket secure(Socket socket, String host, int port, boolean isVerified)
      throws IOException {
    SSLSocketFactory factory =
        isVerified ? (SSLSocketFactory) SSLSocketFactory.getDefault() : AnyCertificate.sockets();
    SSLSocket secured = (SSLSocket) factory.createSocket(socket, host, port, true);
    if (isVerified) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
    }
    return secured;
  }

  /** Returns the host without the brackets of an IPv6 address. */
  private static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
