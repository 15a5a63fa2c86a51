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

/**
 * Chooses how to talk to a registry: with TLS, or without TLS if that is allowed and the registry
 * has none.
 */
public final class Transport {
  private static final int TLS_PORT = 443;
  private static final int LIMIT_MILLIS = 5000;

  /** The types of TLS records with which an answer to a client's hello begins. */
  private static final int ALERT = 21;

  private static final int HANDSHAKE = 22;

  private Transport() {}

  /**
   * Returns whether a registry is accessed without TLS. A registry that speaks TLS never is, in
   * particular not when its certificate is not trusted.
   *
   * @param registry the host, with or without a port
   * @param isAllowed true if the user allows it; on this machine it is always allowed
   */
  public static boolean isPlain(String registry, boolean isAllowed) {
    return (isAllowed || isLoopback(registry)) && !speaksTls(registry);
  }

  /**
   * Returns whether a request failed because of the registry's certificate: because of its issuer
   * or of the host that it is for.
   *
   * @return the cause in words, or empty if something else was wrong
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

  /**
   * Sends a client's hello and looks at the type of the answer. The certificate is not checked
   * here.
   */
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
      return true; // it has not said that it has no TLS
    } catch (IOException e) {
      return false; // the next request reports the failure
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
