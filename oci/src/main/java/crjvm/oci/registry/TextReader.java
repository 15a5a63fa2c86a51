package crjvm.oci.registry;

import crjvm.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import land.oras.ContainerRef;
import land.oras.Registry;
import land.oras.auth.AuthProvider;
import land.oras.auth.HttpClient;
import land.oras.auth.HttpClient.ResponseWrapper;
import land.oras.auth.RegistriesConf;
import land.oras.auth.RegistriesConf.MirrorConfig;
import land.oras.auth.Scope;
import land.oras.auth.Scopes;
import land.oras.exception.OrasException;

/**
 * Reads indexes and manifests up to a length. The OCI client's own method has no limit, so a
 * registry could fill the memory. The rules of registries.conf are applied as the client does it.
 */
final class TextReader {
  static final int MOST = 16 << 20;

  private static final int BAD_REQUEST = 400;
  private static final String ACCEPT =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

  private final HttpClient client = HttpClient.Builder.builder().build();
  private final AuthProvider login;
  private final String shown;

  TextReader(AuthProvider login, String shown) {
    this.login = login;
    this.shown = shown;
  }

  /** Reads a text from the first mirror that has it, or from the registry. */
  RegistryText read(Registry registry, ContainerRef reference) throws IOException, ImageException {
    RegistriesConf rules = registry.getRegistriesConf();
    for (MirrorConfig each : rules.getApplicableMirrors(reference)) {
      if (each.location() != null && !each.location().isBlank()) {
        String host = each.location().replaceFirst("^.*://", "").replaceFirst("/.*", "");
        Registry mirror = registry.copy(host);
        try {
          return readDirectly(
              each.isInsecure() ? mirror.asInsecure() : mirror.asSecure(),
              rules.rewriteForMirror(reference, each));
        } catch (OrasException e) {
          // The next one may have it.
        }
      }
    }
    return readDirectly(registry, reference);
  }

  private RegistryText readDirectly(Registry registry, ContainerRef reference)
      throws IOException, ImageException {
    ContainerRef meant = reference.forRegistry(registry);
    if (meant.isBlocked(registry)) {
      throw ClientFailure.blocked(shown, null);
    }
    Registry here = meant.isInsecure(registry) ? registry.asInsecure() : registry.asSecure();
    URI uri = URI.create(here.getScheme() + "://" + meant.getManifestsPath(here));
    ResponseWrapper<InputStream> answer =
        client.download(uri, Map.of("Accept", ACCEPT), Scopes.of(meant, Scope.PULL), login);
    try (InputStream in = answer.response()) {
      if (answer.statusCode() >= BAD_REQUEST) {
        throw new OrasException(answer.statusCode(), "status " + answer.statusCode());
      }
      byte[] bytes = in.readNBytes(MOST + 1);
      if (bytes.length > MOST) {
        throw new ImageException(
            "what the registry says of \""
                + shown
                + "\" is longer than "
                + (MOST >> 20)
                + " MiB; do not trust it");
      }
      return new RegistryText(
          answer.headers().get("content-type"), new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
