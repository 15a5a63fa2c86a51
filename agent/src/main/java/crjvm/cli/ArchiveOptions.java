package crjvm.cli;

import crjvm.image.archive.PackedImage;
import crjvm.image.archive.frame.ProgressLine;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that {@code pack} and {@code unpack} share. */
final class ArchiveOptions {
  /** The archive name that means standard input or output. */
  static final String STREAM = "-";

  /** The memory for the buffers of a thread, with a reserve. */
  private static final long MEMORY_OF_THREAD = 32 << 20;

  private static final int MAX_THREADS = 1024;
  private static final double MIB = 1 << 20;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  private int threads;

  @Option(
      names = "--verbose",
      description = "show the progress even if standard error is not a terminal")
  private boolean verbose;

  private final long begin = System.nanoTime();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "work on at most N parts at a time (default: as many as there are processors)")
  private void setThreads(int number) {
    if (number < 1 || number > MAX_THREADS) {
      throw new ParameterException(
          spec.commandLine(), "--threads takes a number from 1 to " + MAX_THREADS);
    }
    threads = number;
  }

  int threads() {
    Runtime runtime = Runtime.getRuntime();
    long affordable = Math.max(1, runtime.maxMemory() / MEMORY_OF_THREAD);
    return (int) Math.min(threads > 0 ? threads : runtime.availableProcessors(), affordable);
  }

  ProgressLine progress(String verb) {
    return ProgressLine.of(verb, verbose);
  }

  /** Returns the second half of the last line. */
  String sizes(PackedImage sizes) {
    double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    return String.format(
        Locale.ROOT,
        "image %.1f MiB, %.1f on disk; archive %.1f MiB, %.1f times smaller; %.1f s",
        sizes.apparent() / MIB,
        sizes.data() / MIB,
        sizes.archive() / MIB,
        (double) sizes.data() / Math.max(1, sizes.archive()),
        seconds);
  }
}
