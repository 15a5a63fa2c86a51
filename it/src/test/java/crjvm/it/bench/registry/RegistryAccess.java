package crjvm.it.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The self-signed certificate of a registry, and the registry's only user.
 *
 * @param certificate PEM
 * @param trust a key store with the certificate, as keytool -importcert makes it
 * @param passwords in the format of htpasswd
 */
public record RegistryAccess(Path certificate, Path key, Path trust, Path passwords) {
  public static final String USER = "pipeline";

  /** The password. It contains a colon, at which it must not be split. */
  public static final String PASSWORD = "pass:word";

  /** The bcrypt hash of the password, at the lowest cost, because a push asks hundreds of times. */
  private static final String HASH = "$2y$04$abcdefghijklmnopqrstuu7govE5p0NSk1WUEk5C2Qm3hpPC6VJ66";

  private static final String STORE_PASSWORD = "changeit";

  public static RegistryAccess make(Workbench bench) throws Exception {
    Path folder = bench.newFolder("registry-access");
    RegistryAccess access =
        new RegistryAccess(
            folder.resolve("certificate.pem"),
            folder.resolve("key.pem"),
            folder.resolve("trust.p12"),
            folder.resolve("htpasswd"));
    Files.writeString(access.passwords, USER + ":" + HASH + "\n");
    RunningProcess openssl =
        new Command(bench, folder)
            .add("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt")
            .add("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=registry")
            .add("-addext", "subjectAltName=IP:127.0.0.1")
            .add("-keyout", access.key, "-out", access.certificate)
            .run("openssl");
    assertThat(openssl.awaitExit()).as(openssl::describe).isZero();
    KeyStore store = access.store();
    try (OutputStream out = Files.newOutputStream(access.trust)) {
      store.store(out, STORE_PASSWORD.toCharArray());
    }
    return access;
  }

  private KeyStore store() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "registry", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    return store;
  }

  /** Returns the context for the test's own requests. */
  SSLContext context() throws Exception {
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /** Returns the options of a JVM that has to trust the registry. */
  public String options() {
    return String.join(
        " ",
        List.of(
            "-Djavax.net.ssl.trustStore=" + trust,
            "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD));
  }
}
