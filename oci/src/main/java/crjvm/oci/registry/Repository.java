package crjvm.oci.registry;

import java.net.URI;

/**
 * What a registry has under one name, and how it is asked for it.
 *
 * @param shown as the user has written it, for messages
 * @param registry host, with or without a port
 * @param name without the tag
 * @param isPlain whether it is asked without TLS
 * @param mayBePlain whether the user has allowed that for others than this machine
 */
public record Repository(
    String shown, String registry, String name, boolean isPlain, boolean mayBePlain) {
  private static final String HUB = "docker.io";

  /** A path below the name. */
  public URI uri(String path) {
    // The name of Docker's registry is not that of its host.
    String host = registry.equals(HUB) ? "registry-1." + HUB : registry;
    return URI.create((isPlain ? "http" : "https") + "://" + host + "/v2/" + name + path);
  }
}
