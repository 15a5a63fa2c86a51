package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.plan.PlanCheck;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Adds the checks of the image's own files, except the plan, when they are complete. All files get
 * the same modification time. A start reads a whole file only if its time differs, as it does after
 * somebody has written to it.
 */
final class CompileContentsStep {
  private static final int CHUNK = 1 << 20;

  /**
   * The time that the files will get when they are put into a container image by a builder that
   * gives all files the same one, in seconds since 1970.
   */
  private static final String TIME = "CRJVM_FILE_TIME";

  private final PlanWriter plan;
  private final Path image;

  CompileContentsStep(PlanWriter plan, Path image) {
    this.plan = plan;
    this.image = image;
  }

  void run() throws ImageException, IOException {
    Instant time = time(System.getenv(TIME));
    List<Path> files;
    try (Stream<Path> list = Files.list(image)) {
      files = list.sorted().toList();
    }
    try {
      for (PlanCheck check : files.parallelStream().map(file -> check(file, time)).toList()) {
        plan.add(check);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Instant time(String given) throws ImageException {
    if (given == null) {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS); // every archive format keeps these
    }
    if (!given.matches("\\d{1,10}")) {
      throw new ImageException(
          "CRJVM_FILE_TIME \"" + given + "\" is not a time in seconds since 1970; leave it out");
    }
    return Instant.ofEpochSecond(Long.parseLong(given));
  }

  private static PlanCheck check(Path file, Instant time) {
    CRC32C crc = new CRC32C();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count; (count = in.read(chunk)) > 0; ) {
        crc.update(chunk, 0, count);
      }
      Files.setLastModifiedTime(file, FileTime.from(time));
      return new PlanCheck(
          file.getFileName().toString(),
          Files.size(file),
          time.getEpochSecond(),
          time.getNano(),
          (int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
