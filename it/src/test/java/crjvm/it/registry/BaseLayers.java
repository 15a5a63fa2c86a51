package crjvm.it.registry;

import crjvm.it.bench.Command;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cache in which {@code crjvm oci build} keeps the compressed layers of base images. All
 * classes share one, as a user has one for all builds. Compressing a JDK takes half a minute.
 */
final class BaseLayers {
  private static Path cache;

  private BaseLayers() {}

  /** Returns the same command, which then uses that cache. */
  static synchronized Command in(Command command) throws IOException {
    if (cache == null) {
      Path folder = User.ORDINARY.own(Files.createTempDirectory("crjvm-it-layers-"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      cache = folder;
    }
    return command.with("XDG_CACHE_HOME", cache.toString());
  }

  private static void delete(Path folder) {
    try {
      Workbench.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
