package crjvm.oci.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** How a registry is talked to: by TLS, or without where that is allowed and there is none. */
public final class Transport {
  private static final int TLS_PORT = 443;
  private static final int LIMIT_MILLIS = 5000;

  /** Types of records, of which an answer to a greeting begins with one. */
  private static final int ALERT = 21;

  private static final int HANDSHAKE = 22;

  private Transport() {}

  /**
   * Whether a registry is asked without TLS. One that speaks TLS never is, least of all when its
   * certificate is not trusted.
   *
   * @param registry with or without a port
   * @param isAllowed by the user; on this machine it always is
   */
  public static boolean isPlain(String registry, boolean isAllowed) {
    return (isAllowed || isLoopback(registry)) && !speaksTls(registry);
  }

  /**
   * Whether a request failed because of the registry's certificate: who it is, or for which host.
   *
   * @return the cause in words; empty: something else was wrong
   */
  public static Optional<String> distrust(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof GeneralSecurityException || e instanceof SSLPeerUnverifiedException) {
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        return Optional.of(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
      }
    }
    return Optional.empty();
  }

  static boolean isLoopback(String registry) {
    return registry.matches("(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d{1,5})?");
  }

  /** Says hello and looks at the kind of answer; whom it comes from is not asked here. */
  static boolean speaksTls(String registry) {
    URI uri = URI.create("https://" + registry);
    int port = uri.getPort() < 0 ? TLS_PORT : uri.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(hello());
      int type = socket.getInputStream().read();
      return type == ALERT || type == HANDSHAKE;
    } catch (SocketTimeoutException e) {
      return true; // it has not said that it does not
    } catch (IOException e) {
      return false; // what is wrong with it will be said by who wants more of it
    }
  }

  private static byte[] hello() throws SSLException {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      byte[] hello = new byte[out.flip().remaining()];
      out.get(hello);
      return hello;
    } catch (NoSuchAlgorithmException e) {
      throw new SSLException(e);
    }
  }
}
