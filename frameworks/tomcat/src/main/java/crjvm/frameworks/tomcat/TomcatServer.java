package crjvm.frameworks.tomcat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/**
 * Serves HTTP on {@code -Dport}, and HTTP/2 over TLS on {@code -Dtls.port} with the key of {@code
 * -Dkey.store}, whose password is {@code -Dkey.password}.
 */
public final class TomcatServer {
  private static final Logger LOGGER = LogManager.getLogger(TomcatServer.class);

  private TomcatServer() {}

  public static void main(String[] args) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    Connector plain = new Connector();
    plain.setProperty("address", "127.0.0.1");
    plain.setPort(Integer.getInteger("port", 8080));
    tomcat.setConnector(plain);
    if (System.getProperty("tls.port") != null) {
      tomcat.getService().addConnector(secure(Integer.getInteger("tls.port")));
    }
    Context context = tomcat.addContext("", Path.of("").toAbsolutePath().toString());
    Tomcat.addServlet(context, "greetings", new GreetingServlet());
    context.addServletMappingDecoded("/", "greetings");
    tomcat.start();
    LOGGER.info("started");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat)));
    tomcat.getServer().await();
  }

  private static Connector secure(int port) {
    SSLHostConfig tls = new SSLHostConfig();
    SSLHostConfigCertificate key =
        new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.UNDEFINED);
    key.setCertificateKeystoreFile(System.getProperty("key.store"));
    key.setCertificateKeystorePassword(System.getProperty("key.password"));
    tls.addCertificate(key);

    Connector connector = new Connector();
    connector.setProperty("address", "127.0.0.1");
    connector.setPort(port);
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    connector.addSslHostConfig(tls);
    connector.addUpgradeProtocol(new Http2Protocol());
    return connector;
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
      tomcat.destroy();
      LOGGER.info("stopped");
      System.out.println("stopped");
    } catch (LifecycleException e) {
      LOGGER.error("can't stop", e);
    }
    LogManager.shutdown();
  }
}
