package crjvm.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Swaps two names with the distribution's transfer program, because the JDK can't. Where that
 * program can't run, or the file system does not swap names, nothing is swapped.
 */
public final class NameExchange implements ImagePlace.Exchange {
  private static final int SECONDS = 10;

  private final Path program;

  NameExchange(Path program) {
    this.program = program;
  }

  /** Returns the exchange of the distribution whose folder the launcher has named. */
  public static NameExchange ofDistribution() {
    return new NameExchange(
        Path.of(System.getProperty("crjvm.home", "."), "libexec", "crjvm-transfer"));
  }

  @Override
  public boolean swap(Path one, Path other) {
    if (!Files.isExecutable(program)) {
      return false;
    }
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--exchange", one.toString(), other.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
