package crjvm.oci.registry;

import crjvm.image.ImageException;
import java.net.URI;
import land.oras.exception.OrasException;

/** The failures of the OCI client, in the same words as all others. */
public final class ClientFailure {
  /** The client's message about a blocked registry. */
  private static final String BLOCKED = " is blocked by registry configuration";

  private static final int NOT_FOUND = 404;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private ClientFailure() {}

  /**
   * Returns the failure for an exception of the client.
   *
   * @param shown the text that the user has written
   */
  public static ImageException of(String shown, URI uri, OrasException e) {
    if (e.getCause() instanceof ImageException known) {
      return known;
    }
    int status = e.getStatusCode();
    if (isNotFound(e)) {
      return new ImageException("there is no \"" + shown + "\" in the registry; check the name", e);
    } else if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return RegistryFailure.refused(shown, "", e);
    } else if (status > 0) {
      return RegistryFailure.answered(shown, "status " + status, e);
    } else if (RegistryFailure.words(e).endsWith(BLOCKED)) {
      return blocked(shown, e);
    }
    return RegistryFailure.of(shown, uri, e);
  }

  /** Returns whether the registry does not have what it was asked for. */
  public static boolean isNotFound(OrasException e) {
    return e.getStatusCode() == NOT_FOUND;
  }

  /** Returns the failure for a registry that nobody may use here. */
  public static ImageException blocked(String shown, OrasException e) {
    return new ImageException(
        "registries.conf blocks \"" + shown + "\"; choose another registry, or change it there", e);
  }
}
