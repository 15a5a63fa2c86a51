package crjvm.frameworks.jetty;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Serves HTTP on {@code -Dport}, and HTTP/2 over TLS on {@code -Dtls.port} with the key of {@code
 * -Dkey.store}, whose password is {@code -Dkey.password}.
 */
public final class JettyServer {
  private JettyServer() {}

  public static void main(String[] args) throws Exception {
    Server server = new Server();
    ServerConnector plain = new ServerConnector(server);
    plain.setHost("127.0.0.1");
    plain.setPort(Integer.getInteger("port", 8080));
    server.addConnector(plain);
    if (System.getProperty("tls.port") != null) {
      server.addConnector(secure(server, Integer.getInteger("tls.port")));
    }
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    server.setHandler(new Greetings(new Prices(), Heartbeat.start(executor)));
    server.setStopAtShutdown(true);
    server.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStopped(LifeCycle stopped) {
            System.out.println("stopped");
          }
        });
    server.start();
    server.join();
  }

  private static ServerConnector secure(Server server, int port) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new SecureRequestCustomizer());
    HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
    HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(configuration);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());

    SslContextFactory.Server keys = new SslContextFactory.Server();
    keys.setKeyStorePath(System.getProperty("key.store"));
    keys.setKeyStorePassword(System.getProperty("key.password"));
    SslConnectionFactory tls = new SslConnectionFactory(keys, alpn.getProtocol());

    ServerConnector connector = new ServerConnector(server, tls, alpn, http2, http1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    return connector;
  }
}
