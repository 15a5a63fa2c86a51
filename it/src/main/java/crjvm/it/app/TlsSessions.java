package crjvm.it.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A TLS server and a client of it in one process. They show whether the next connection resumes the
 * session.
 */
final class TlsSessions {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String SERVER = "localhost";

  /** The server's port. Clients keep sessions by name and port of the server. */
  private final int port = FreePort.find();

  private final SSLContext context;
  private SSLSession first;

  private TlsSessions(SSLContext context) {
    this.context = context;
  }

  /** Makes a session that can be resumed, and checks that it is. */
  static TlsSessions open(String keystore) throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(keystore))) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    TlsSessions sessions = new TlsSessions(context);
    sessions.first = sessions.connect();
    if (!sessions.isResumed()) {
      throw new IllegalStateException("sessions are not resumed even before the checkpoint");
    }
    return sessions;
  }

  /** Returns whether a session was resumed: it has the creation time of the first one. */
  boolean isResumed() throws IOException {
    return connect().getCreationTime() == first.getCreationTime();
  }

  private SSLSession connect() throws IOException {
    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> serve(server), "TLS server");
      thread.start();
      Socket plain = new Socket(server.getInetAddress(), port);
      SSLSession session;
      try (SSLSocket client = secure(plain, SERVER, true)) {
        client.getOutputStream().write(1);
        client.getInputStream().read(); // The session ticket comes before the answer.
        session = client.getSession();
      }
      thread.join();
      return session;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private SSLSocket secure(Socket plain, String peer, boolean isClient) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, peer, port, true);
    socket.setUseClientMode(isClient);
    return socket;
  }

  private void serve(ServerSocket server) {
    try (SSLSocket socket = secure(server.accept(), null, false)) {
      InputStream in = socket.getInputStream();
      socket.getOutputStream().write(in.read());
      in.read(); // The side that closes first loses a session to which the other side still writes.
    } catch (IOException e) {
      e.printStackTrace();
    }
  }
}
