package crjvm.oci.container;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanCheck;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that a restore compares with its state at the checkpoint.
 *
 * @param path an absolute path without symbolic links
 * @param size the size in bytes
 * @param sha256 the SHA-256 of its content, hexadecimal
 * @param modified the time that it had; with another time, each start reads the whole file
 */
record RequiredFile(String path, long size, String sha256, Instant modified) {
  static List<RequiredFile> of(Manifest manifest, PlanFile plan) throws ImageException {
    Map<String, Instant> times = times(plan);
    try {
      return manifest.all("requires").stream()
          .map(line -> line.split(" ", 3))
          .map(
              word ->
                  new RequiredFile(word[2], Long.parseLong(word[1]), word[0], times.get(word[2])))
          .toList();
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new ImageException("the manifest is damaged: a \"requires\" line is malformed", e);
    }
  }

  /** Returns the times by path, or by name for the image's own files. */
  static Map<String, Instant> times(PlanFile plan) throws ImageException {
    Map<String, Instant> times = new HashMap<>();
    try {
      for (PlanCheck check : plan.checks()) {
        times.put(
            check.path(), Instant.ofEpochSecond(check.modifiedSeconds(), check.modifiedNanos()));
      }
    } catch (DateTimeException e) {
      throw new ImageException(
          "the plan is damaged: the time of a file is malformed; make the image again", e);
    }
    return times;
  }

  /** Returns whether this is the JVM itself. */
  boolean isOfJvm() {
    return path.endsWith("/libjvm.so");
  }

  /** Returns whether a file has this content. */
  boolean isSameAs(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == size
        && Digest.sha256(file).equals(sha256);
  }
}
