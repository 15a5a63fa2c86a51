package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key for servers on localhost, made by keytool, and the key store of their clients.
 *
 * @param keys the key store
 * @param trust a key store with the certificate alone
 */
public record ServerKey(Path keys, Path trust) {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "server";

  public static ServerKey make(Workbench bench, Jdk jdk)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path folder = bench.newFolder("keys");
    ServerKey key = new ServerKey(folder.resolve("keys.p12"), folder.resolve("trust.p12"));
    RunningProcess keytool =
        new Command(bench, folder)
            .add(jdk.tool("keytool"), "-genkeypair", "-keystore", key.keys())
            .add("-storepass", PASSWORD, "-alias", ALIAS, "-keyalg", "EC")
            .add("-dname", "CN=localhost", "-ext", "SAN=dns:localhost")
            .run("keytool");
    assertThat(keytool.awaitExit()).as(keytool::describe).isZero();
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, load(key.keys()).getCertificate(ALIAS));
    try (OutputStream out = Files.newOutputStream(key.trust())) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    return key;
  }

  /** Returns the options of a server's JVM, in which the agent's warm-up is a client. */
  public List<String> options() {
    return List.of(
        "-Dkey.store=" + keys,
        "-Dkey.password=" + PASSWORD,
        "-Djavax.net.ssl.trustStore=" + trust,
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }

  /** Returns the context of a client that has no sessions yet. */
  SSLContext context() throws IOException, GeneralSecurityException {
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(load(trust));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }
}
