package crjvm.image.compile;

import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import crjvm.image.StaleFiles;
import crjvm.image.plan.PlanOutside;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Adds the files that exist outside the image. Their checksums are computed here, where nobody
 * waits for them, but only for files that have not changed since the application was stopped.
 */
final class CompileOutsideStep {
  /**
   * The size in bytes up to which contents are compared. For larger files only the time is
   * compared.
   */
  private static final long MOST_CONTENT = 256L << 20;

  private static final int CHUNK = 1 << 16;

  private final PlanWriter plan;
  private final List<OutsideFile> files;
  private final StaleFiles stale;

  /**
   * Selects the files.
   *
   * @param compared paths that are compared as parts of the program
   */
  CompileOutsideStep(
      PlanWriter plan, List<OutsideFile> files, Set<String> compared, StaleFiles stale) {
    this.plan = plan;
    this.stale = stale;
    this.files =
        files.stream()
            .filter(file -> file.kind() != Kind.ABSENT || stale == StaleFiles.REFUSE)
            .filter(file -> file.kind() != Kind.READ || !compared.contains(file.path().toString()))
            .toList();
  }

  /**
   * Adds the files that a start compares to the plan, and returns all selected files, for the
   * manifest.
   */
  List<OutsideFile> run() {
    List<PlanOutside> records = new ArrayList<>();
    files.parallelStream()
        .filter(file -> file.kind() != Kind.MADE_FOLDER && file.kind() != Kind.TEMPORARY_FOLDER)
        .map(this::record)
        .forEachOrdered(records::add);
    for (PlanOutside record : records) {
      if (record.kind() != PlanOutside.Kind.READ || stale != StaleFiles.IGNORE) {
        plan.add(record);
      }
    }
    return files;
  }

  private PlanOutside record(OutsideFile file) {
    return switch (file.kind()) {
      case READ ->
          compared(file, PlanOutside.Kind.READ, stale == StaleFiles.WARN ? PlanOutside.WARN : 0);
      case ABSENT -> record(file, PlanOutside.Kind.READ, PlanOutside.ABSENT, 0);
      case WRITTEN -> compared(file, PlanOutside.Kind.WRITTEN, 0);
      case FOLDER -> record(file, PlanOutside.Kind.FOLDER, 0, file.names());
      default -> {
        if (!file.kind().isExempt()) {
          throw new IllegalArgumentException(file.toString());
        }
        yield record(
            file, PlanOutside.Kind.EXEMPT, file.isBeginning() ? PlanOutside.BEGINNING : 0, 0);
      }
    };
  }

  private static PlanOutside record(OutsideFile file, PlanOutside.Kind kind, int flags, int crc) {
    return new PlanOutside(
        file.path().toString(), kind, flags, file.size(), file.seconds(), file.nanos(), crc);
  }

  private static PlanOutside compared(OutsideFile file, PlanOutside.Kind kind, int flags) {
    OptionalInt crc = checksum(file);
    return crc.isPresent()
        ? record(file, kind, flags | PlanOutside.CONTENT, crc.getAsInt())
        : record(file, kind, flags, 0);
  }

  /**
   * Returns the checksum of a file, or empty if it has changed, is too large, or can't be read by
   * this user.
   */
  private static OptionalInt checksum(OutsideFile file) {
    if (file.size() > MOST_CONTENT) {
      return OptionalInt.empty();
    }
    CRC32C crc = new CRC32C();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file.path())) {
      for (int count; (count = in.read(chunk)) > 0; ) {
        crc.update(chunk, 0, count);
      }
      return file.isUnchanged() ? OptionalInt.of((int) crc.getValue()) : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
