package crjvm.oci.registry;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The failures between this machine and a registry, in the same words for all commands. */
public final class RegistryFailure {
  private static final int PROBE_MILLIS = 5000;

  private static final String UNKNOWN_HOST = "unknown host";
  private static final String NO_ROUTE = "no route to it";
  private static final String REFUSED = "connection refused";
  private static final String TIMED_OUT = "timed out";
  private static final String NO_TLS = "it speaks no TLS";
  private static final String CLOSED = "it closed the connection";
  private static final String NO_HTTP = "what it answers is not HTTP";

  /** The words with which clients report that a connection ended too early. */
  private static final List<String> ENDS =
      List.of(
          "received no bytes",
          "failed to respond",
          "connection reset",
          "broken pipe",
          "connection closed",
          "terminated the handshake",
          "premature",
          "unexpected end",
          "eof reached",
          "closed while");

  /**
   * The words with which clients report plain text in place of TLS. The JDK's client and Apache's
   * both have them from the JDK.
   */
  private static final List<String> PLAIN_TEXT =
      List.of("unrecognized ssl message", "plaintext connection");

  private RegistryFailure() {}

  /**
   * Returns the failure for a user who is not logged in, or whose login the registry does not
   * accept.
   */
  public static ImageException refused(String shown, String trouble, Throwable e) {
    if (!trouble.isEmpty()) {
      return new ImageException(
          "the registry does not let \""
              + shown
              + "\" through: "
              + trouble
              + "; log in with podman login or docker login",
          e);
    }
    return new ImageException(
        "the registry does not let \""
            + shown
            + "\" through; log in with podman login or docker login",
        e);
  }

  /** Returns the failure for an answer that does not report success. */
  public static ImageException answered(String shown, String words, Throwable e) {
    return new ImageException(
        "the registry refused the request for \""
            + shown
            + "\": "
            + Names.quote(words)
            + "; check the name, and what the registry allows",
        e);
  }

  /** Returns the failure for any exception that a client has thrown. */
  public static ImageException of(String shown, URI uri, Throwable e) {
    Optional<ImageException> known = network(shown, uri, e);
    return known.isPresent()
        ? known.get()
        : new ImageException(
            "the registry of \""
                + shown
                + "\" can't be used: "
                + Names.quote(words(e))
                + "; see its log",
            e);
  }

  /** Returns the failure for an exception, or empty if the network is not the cause. */
  public static Optional<ImageException> network(String shown, URI uri, Throwable e) {
    Optional<String> distrust = Transport.distrust(e);
    if (distrust.isPresent()) {
      return Optional.of(
          new ImageException(
              "the certificate of the registry of \""
                  + shown
                  + "\" is not trusted: "
                  + Names.quote(distrust.get())
                  + "; check the address, or let Java trust its CA",
              e));
    }
    return cause(uri, e).map(cause -> unreachable(shown, uri, cause, advice(cause), e));
  }

  /**
   * Returns the failure for a registry that speaks TLS although it was to be used without TLS. Only
   * registries.conf leads to this, because {@code --plain-http} has no effect on a registry with
   * TLS.
   */
  static ImageException notPlain(String shown, URI uri) {
    return unreachable(
        shown, uri, "it speaks TLS", "take insecure = true out of registries.conf", null);
  }

  private static ImageException unreachable(
      String shown, URI uri, String cause, String advice, Throwable e) {
    return new ImageException(
        "the registry of \""
            + shown
            + "\" can't be reached: \""
            + address(uri)
            + "\": "
            + cause
            + "; "
            + advice,
        e);
  }

  private static String advice(String cause) {
    return switch (cause) {
      case UNKNOWN_HOST -> "check the name of the host";
      case NO_TLS -> "check the address, or give --plain-http";
      case CLOSED, NO_HTTP -> "check the address, and see its log";
      default -> "check the address, and that it runs";
    };
  }

  private static String address(URI uri) {
    return uri.getHost() + ":" + port(uri);
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
  }

  /** Returns the cause in the user's words, or empty if the network is not the cause. */
  static Optional<String> cause(URI uri, Throwable failure) {
    boolean isConnecting = false;
    for (Throwable e = failure; e != null; e = e.getCause()) {
      Optional<String> known = known(e);
      if (known.isPresent()) {
        return known;
      }
      isConnecting |= e instanceof ConnectException;
    }
    // The JDK's client does not keep the reason why it could not connect.
    return isConnecting ? Optional.of(probe(uri)) : ended(failure);
  }

  private static Optional<String> known(Throwable e) {
    String text = text(e);
    if (e instanceof UnknownHostException || e instanceof UnresolvedAddressException) {
      return Optional.of(UNKNOWN_HOST);
    } else if (e instanceof NoRouteToHostException || text.contains("unreachable")) {
      return Optional.of(NO_ROUTE);
    } else if (e instanceof SocketTimeoutException
        || e instanceof HttpTimeoutException
        || e instanceof ConnectException && text.contains("timed out")) {
      return Optional.of(TIMED_OUT);
    } else if (e instanceof ConnectException && text.contains("refused")) {
      return Optional.of(REFUSED);
    } else if (e instanceof SSLException && PLAIN_TEXT.stream().anyMatch(text::contains)) {
      return Optional.of(NO_TLS);
    }
    return Optional.empty();
  }

  private static Optional<String> ended(Throwable failure) {
    boolean isNoHttp = false;
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String text = text(e);
      boolean isOfNetwork =
          e instanceof EOFException
              || e instanceof ClosedChannelException
              || e instanceof SocketException;
      if (isOfNetwork || e instanceof IOException && ENDS.stream().anyMatch(text::contains)) {
        return Optional.of(CLOSED);
      }
      isNoHttp |= e instanceof IOException && text.contains("status line");
    }
    return isNoHttp ? Optional.of(NO_HTTP) : Optional.empty();
  }

  private static String text(Throwable e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
  }

  /** Connects in the simplest way, only to learn the reason for the failure. */
  private static String probe(URI uri) {
    List<Proxy> proxies = ProxySelector.getDefault().select(uri);
    if (!proxies.get(0).equals(Proxy.NO_PROXY)) {
      return "the proxy " + proxies.get(0).address() + " can't be reached";
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port(uri)), PROBE_MILLIS);
      return CLOSED;
    } catch (IOException e) {
      return known(e).orElse(words(e));
    }
  }

  /** Returns the first line of the innermost cause. */
  public static String words(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return text.lines().findFirst().orElse("");
  }
}
