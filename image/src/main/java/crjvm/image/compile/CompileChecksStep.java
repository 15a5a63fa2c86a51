package crjvm.image.compile;

import crjvm.image.Digest;
import crjvm.image.OutsideFile;
import crjvm.image.plan.PlanCheck;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Adds the files that must be the same at a restore: the JDK's and the application's. */
final class CompileChecksStep {
  /** A file with its digest, for the manifest. */
  record RequiredFile(Path path, long size, String sha256) {}

  private final PlanWriter plan;
  private final Set<String> paths;

  /**
   * Collects the files.
   *
   * @param readFiles files that the process had mapped or open for reading
   * @param outside files that are compared in another way, or not at all
   * @param classPath files that the process may open later
   */
  CompileChecksStep(
      PlanWriter plan, Set<String> readFiles, List<OutsideFile> outside, List<Path> classPath) {
    this.plan = plan;
    paths = new TreeSet<>(readFiles);
    outside.stream()
        .filter(file -> file.kind() != OutsideFile.Kind.READ)
        .forEach(file -> paths.remove(file.path().toString()));
    classPath.stream().filter(Files::isRegularFile).map(Path::toString).forEach(paths::add);
  }

  List<RequiredFile> run() throws IOException {
    List<ReadFile> files;
    try {
      files = paths.parallelStream().map(path -> read(Path.of(path))).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (ReadFile file : files) {
      plan.add(file.check());
    }
    return files.stream().map(ReadFile::required).toList();
  }

  private record ReadFile(PlanCheck check, RequiredFile required) {}

  private static ReadFile read(Path path) {
    CRC32C crc = new CRC32C();
    MessageDigest digest = Digest.sha256();
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(path)) {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      for (int count; (count = in.read(chunk)) > 0; ) {
        crc.update(chunk, 0, count);
        digest.update(chunk, 0, count);
      }
      Instant modified = attributes.lastModifiedTime().toInstant();
      return new ReadFile(
          new PlanCheck(
              path.toString(),
              attributes.size(),
              modified.getEpochSecond(),
              modified.getNano(),
              (int) crc.getValue()),
          new RequiredFile(path, attributes.size(), HexFormat.of().formatHex(digest.digest())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
