package crjvm.it.guest;

import crjvm.it.bench.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Debian kernel for guests, which {@code it/vm/setup} has fetched, by the name of its release.
 */
public enum Kernel {
  BULLSEYE("Debian 11", true),
  BOOKWORM("Debian 12", false),
  TRIXIE("Debian 13", false),
  FORKY("Debian 14", true);

  private final String debian;
  private final boolean optional;

  Kernel(String debian, boolean optional) {
    this.debian = debian;
    this.optional = optional;
  }

  @Override
  public String toString() {
    return debian;
  }

  /**
   * Returns the kernels that are there. A missing kernel that the archive always has is among them,
   * to be counted.
   */
  static Stream<Kernel> all() {
    return Stream.of(values()).filter(kernel -> !kernel.optional || kernel.isThere());
  }

  boolean isThere() {
    return Files.exists(folder().resolve("release"));
  }

  Kernel require() {
    Requirement.need(isThere(), "there is no \"" + folder() + "\"; run it/vm/setup");
    return this;
  }

  /**
   * Returns a text such as "Debian 12 (Linux 6.1)". A suite that is still in development has no
   * version.
   */
  String describe() throws IOException {
    if (this == FORKY) {
      return debian + " (in the making)";
    }
    String[] numbers = release().split("\\.");
    return debian + " (Linux " + numbers[0] + "." + numbers[1] + ")";
  }

  /** Returns a text such as "6.1.0-50-cloud-amd64". */
  String release() throws IOException {
    return Files.readString(folder().resolve("release")).strip();
  }

  Path image() {
    return folder().resolve("vmlinuz");
  }

  Path modules() {
    return folder().resolve("modules");
  }

  private Path folder() {
    return cache().resolve("kernels").resolve(name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns the folder of the emulator and its tools. */
  public static Path tools() {
    return cache().resolve("tools");
  }

  /** Returns the folder that {@code it/vm/setup} uses. */
  private static Path cache() {
    return variable("CRJVM_VM_FOLDER")
        .orElseGet(
            () ->
                variable("XDG_CACHE_HOME")
                    .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("crjvm-vm"));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(s -> !s.isEmpty()).map(Path::of);
  }
}
