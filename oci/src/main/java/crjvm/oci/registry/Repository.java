package crjvm.oci.registry;

import java.net.URI;

/**
 * The content that a registry has under one name, and the way to access it.
 *
 * @param shown the text that the user has written, for messages
 * @param registry the host, with or without a port
 * @param name the name without the tag
 * @param isPlain true if it is accessed without TLS
 * @param mayBePlain true if the user has allowed that for other machines than this one
 */
public record Repository(
    String shown, String registry, String name, boolean isPlain, boolean mayBePlain) {
  private static final String HUB = "docker.io";

  /** Returns the address of a path below the name. */
  public URI uri(String path) {
    // Docker's registry has another name than its host.
    String host = registry.equals(HUB) ? "registry-1." + HUB : registry;
    return URI.create((isPlain ? "http" : "https") + "://" + host + "/v2/" + name + path);
  }
}
