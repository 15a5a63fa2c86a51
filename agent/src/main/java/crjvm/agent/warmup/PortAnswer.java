package crjvm.agent.warmup;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What a port of this JVM's has to say.
 *
 * @param words how it answers, the end of a sentence; empty: not by HTTP
 */
record PortAnswer(Optional<String> words) {
  /** Of a port that nothing is sent to. */
  static final PortAnswer NOT_ASKED = new PortAnswer(Optional.empty());

  /** A first request may load half of a framework, on a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int BAD_REQUEST = 400;

  /** Empty: it does not even accept connections. */
  static Optional<PortAnswer> of(InetAddress host, int port) {
    return of(host, port, LIMIT);
  }

  static Optional<PortAnswer> of(InetAddress host, int port, Duration limit) {
    try {
      int status = HttpGet.probe(url("http", host, port), limit);
      if (status == BAD_REQUEST) { // what servers of TLS say to those who speak without
        PortAnswer answer = ofTls(host, port, limit);
        if (answer.words().isPresent()) {
          return Optional.of(answer);
        }
      }
      return Optional.of(new PortAnswer(Optional.of("answers with status " + status)));
    } catch (ConnectException e) {
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      return Optional.of(new PortAnswer(Optional.empty())); // it waits for something else
    } catch (IOException e) {
      return Optional.of(ofTls(host, port, limit));
    }
  }

  private static PortAnswer ofTls(InetAddress host, int port, Duration limit) {
    try {
      int status = HttpGet.probe(url("https", host, port), limit);
      return new PortAnswer(Optional.of("answers over TLS with status " + status));
    } catch (IOException e) {
      return new PortAnswer(Optional.empty());
    }
  }

  /** What listens everywhere is reached by IPv4 everywhere, too. */
  private static URI url(String scheme, InetAddress host, int port) {
    String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
    boolean hasColons = host instanceof Inet6Address && !host.isAnyLocalAddress();
    return URI.create(scheme + "://" + (hasColons ? "[" + name + "]" : name) + ":" + port + "/");
  }
}
