package crjvm.it.bench;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The folders into which the setups in {@code it/} put what they fetch or build. */
public final class SetupFolder {
  private SetupFolder() {}

  /**
   * Finds the same folder as a setup does.
   *
   * @param name the name of the setup's own folder, such as {@code jdks}
   */
  public static Path of(String name) {
    return variable("CRJVM_" + name.toUpperCase(Locale.ROOT) + "_FOLDER")
        .orElseGet(() -> cache().resolve("crjvm-" + name));
  }

  private static Path cache() {
    return User.isRoot()
        ? Path.of("/var/cache")
        : variable("XDG_CACHE_HOME").orElse(Path.of(System.getProperty("user.home"), ".cache"));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(s -> !s.isEmpty()).map(Path::of);
  }
}
