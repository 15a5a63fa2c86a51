package crjvm.trial;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanCopy;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image of the same checkpoint with another plan, beside the first one. It has no working set,
 * and all its memory is copied if the caller says so. The benchmark can compare layouts of one
 * process with it, instead of two processes.
 */
public final class DerivedImage {
  private static final int PAGE = 4096;
  private static final int CHUNK = 256 * PAGE;
  private static final String MEMORY = "memory";

  private DerivedImage() {}

  /**
   * Makes a new image from another one. They share the files that do not change.
   *
   * @param output a path on the file system of {@code image} that does not exist
   * @param copied whether a restore copies all memory
   */
  public static void make(Path image, Path output, boolean copied)
      throws IOException, ImageException {
    Manifest manifest = Manifest.read(image);
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    Files.createDirectory(
        output, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        Files.createLink(output.resolve(file.getFileName()), file);
      }
    }
    byte[] bytes = copied ? copied(plan, output) : plan.withWorkingSet(List.of());
    PlanReplacement.write(output, manifest, bytes);
  }

  private static byte[] copied(PlanFile plan, Path image) throws IOException {
    List<PlanArea> areas = new ArrayList<>();
    List<PlanCopy> copies = new ArrayList<>(plan.copies());
    try (FileChannel memory = FileChannel.open(image.resolve(MEMORY), StandardOpenOption.READ)) {
      for (PlanArea area : plan.areas()) {
        if (plan.isOfMemoryFile(area, MEMORY)) {
          addCopies(copies, area, memory);
          areas.add(anonymous(area));
        } else {
          areas.add(area);
        }
      }
    }
    copies.sort(Comparator.comparingLong(PlanCopy::start));
    return plan.withCopies(areas, copies);
  }

  private static PlanArea anonymous(PlanArea area) {
    return new PlanArea(
        area.start(),
        area.length(),
        0,
        PlanArea.ANONYMOUS,
        area.prot(),
        area.flags(),
        area.advice());
  }

  /** Adds one copy for each sequence of pages that are not zero. */
  private static void addCopies(List<PlanCopy> copies, PlanArea area, FileChannel memory)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    long run = 0; // bytes of the sequence that ends at done
    long done = 0;
    while (done < area.length()) {
      chunk.clear().limit((int) Math.min(CHUNK, area.length() - done));
      while (chunk.hasRemaining()) {
        if (memory.read(chunk, area.offset() + done + chunk.position()) < 0) {
          throw new IOException("the memory file ends early");
        }
      }
      for (int at = 0; at < chunk.limit(); at += PAGE, done += PAGE) {
        if (!isZero(chunk, at)) {
          run += PAGE;
        } else if (run > 0) {
          copies.add(copyBefore(area, done, run));
          run = 0;
        }
      }
    }
    if (run > 0) {
      copies.add(copyBefore(area, done, run));
    }
  }

  private static PlanCopy copyBefore(PlanArea area, long end, long length) {
    return new PlanCopy(area.start() + end - length, length, area.offset() + end - length);
  }

  private static boolean isZero(ByteBuffer buffer, int at) {
    for (int i = at; i < at + PAGE; i += Long.BYTES) {
      if (buffer.getLong(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
