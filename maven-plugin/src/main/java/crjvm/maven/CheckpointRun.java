package crjvm.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;

/** The application's run under the agent, which ends it when the image is complete. */
final class CheckpointRun {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Messages after which there will be no image, and the application continues. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "(checkpoint failed|no checkpoint will be made|warm-up failed|training failed): .*");

  /** The message after which the application ends by itself, without an image. */
  private static final Pattern NONE = Pattern.compile("no image was made: .*");

  private final ProcessBuilder builder;
  private final Path image;
  private final Log log;
  private final Lines lines;
  private volatile String reason;
  private volatile boolean isRefused;

  CheckpointRun(ProcessBuilder builder, Path image, Path output, Log log) throws IOException {
    this.builder = builder;
    this.image = image;
    this.log = log;
    lines = new Lines(output, this::watch);
  }

  private void watch(String line) {
    log.info(line);
    isRefused |= REFUSED.matcher(line).matches();
    if (reason == null && (isRefused || NONE.matcher(line).matches())) {
      reason = line;
    }
  }

  /**
   * Runs the application until the image is complete.
   *
   * @throws MojoFailureException if there is no image
   */
  void run(Duration limit) throws IOException, InterruptedException, MojoFailureException {
    try (lines;
        ChildProcess process = ChildProcess.start(builder, GRACE, lines)) {
      Instant end = Instant.now().plus(limit);
      while (!process.await(PAUSE)) {
        if (isRefused) {
          throw failure(reason);
        }
        if (Instant.now().isAfter(end)) {
          throw failure("no image within " + limit.toSeconds() + " s, see timeLimit");
        }
      }
      if (process.status() != 0 && !isRefused) {
        throw failure("the application ended with status " + process.status());
      }
      if (reason != null) {
        throw failure(reason);
      }
      if (!Files.isRegularFile(image.resolve("manifest"))) {
        throw failure("the application ended, but made no image");
      }
    }
  }

  private MojoFailureException failure(String cause) {
    log.error("The end of the application's output:");
    lines.end().forEach(line -> log.error("  " + line));
    return new MojoFailureException(
        "there is no image: " + cause + "; the whole output is in \"" + lines.file() + "\"");
  }
}
