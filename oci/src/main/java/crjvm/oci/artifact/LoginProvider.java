package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.oci.Login;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import land.oras.ContainerRef;
import land.oras.auth.AuthProvider;
import land.oras.auth.AuthScheme;
import land.oras.exception.OrasException;

/** The user's logins, each for its own registry: registries.conf may name mirrors. */
final class LoginProvider implements AuthProvider {
  private final Map<String, String> headers = new ConcurrentHashMap<>();

  /** Reads what there is for a registry, while what is wrong with it can still be said. */
  void check(String registry) throws ImageException {
    headers.put(registry, header(registry));
  }

  @Override
  public String getAuthHeader(ContainerRef reference) {
    String header = headers.computeIfAbsent(reference.getRegistry(), LoginProvider::orasHeader);
    return header.isEmpty() ? null : header;
  }

  private static String orasHeader(String registry) {
    try {
      return header(registry);
    } catch (ImageException e) {
      throw new OrasException(e.getMessage(), e);
    }
  }

  /** Empty: nobody is logged in. */
  private static String header(String registry) throws ImageException {
    return Login.find(registry).map(LoginProvider::encode).orElse("");
  }

  private static String encode(Login login) {
    String text = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public AuthScheme getAuthScheme() {
    return AuthScheme.BASIC;
  }
}
