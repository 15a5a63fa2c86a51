package crjvm.it.delivery;

import crjvm.it.bench.Command;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cache that {@code crjvm oci build} keeps the compressed layers of bases in: one for all
 * classes, as a user has one for all of his builds. To compress a JDK takes half a minute.
 */
final class BaseLayers {
  private static Path cache;

  private BaseLayers() {}

  /** The same command, with that cache. */
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
