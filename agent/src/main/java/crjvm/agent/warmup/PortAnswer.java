package crjvm.agent.warmup;

import crjvm.agent.warmup.http.HttpSender;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The answer of a port of this JVM.
 *
 * @param words a description of the answer as the end of a sentence; empty: it is not an HTTP
 *     answer
 */
record PortAnswer(Optional<String> words) {
  /** The answer of a port that gets no request. */
  static final PortAnswer NOT_ASKED = new PortAnswer(Optional.empty());

  /** The time limit of a request. The first one may load half of a framework on a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int BAD_REQUEST = 400;

  /** Returns the answer, or nothing if the port does not even accept connections. */
  static Optional<PortAnswer> of(InetAddress host, int port) {
    return of(host, port, LIMIT);
  }

  static Optional<PortAnswer> of(InetAddress host, int port, Duration limit) {
    try {
      int status = HttpSender.probe(url("http", host, port), limit);
      if (status == BAD_REQUEST) { // A TLS server may answer plain HTTP with this status.
        PortAnswer answer = ofTls(host, port, limit);
        if (answer.words().isPresent()) {
          return Optional.of(answer);
        }
      }
      return Optional.of(new PortAnswer(Optional.of("answers with status " + status)));
    } catch (ConnectException e) {
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      return Optional.of(new PortAnswer(Optional.empty())); // it waits for other data
    } catch (IOException e) {
      return Optional.of(ofTls(host, port, limit));
    }
  }

  private static PortAnswer ofTls(InetAddress host, int port, Duration limit) {
    try {
      int status = HttpSender.probe(url("https", host, port), limit);
      return new PortAnswer(Optional.of("answers over TLS with status " + status));
    } catch (IOException e) {
      return new PortAnswer(Optional.empty());
    }
  }

  /** Returns the URL. A socket that listens on all addresses can always be reached by IPv4. */
  private static URI url(String scheme, InetAddress host, int port) {
    String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
    boolean hasColons = host instanceof Inet6Address && !host.isAnyLocalAddress();
    return URI.create(scheme + "://" + (hasColons ? "[" + name + "]" : name) + ":" + port + "/");
  }
}
