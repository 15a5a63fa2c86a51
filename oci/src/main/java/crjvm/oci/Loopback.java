package crjvm.oci;

/** Registries on this machine, which need no TLS. */
public final class Loopback {
  private Loopback() {}

  /**
   * @param registry with or without a port
   */
  public static boolean isHost(String registry) {
    return registry.matches("(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d{1,5})?");
  }
}
