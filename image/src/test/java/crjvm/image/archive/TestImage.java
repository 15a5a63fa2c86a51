package crjvm.image.archive;

import crjvm.image.Digest;
import crjvm.image.arch.machines.Machines;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanHeader;
import crjvm.image.plan.PlanResume;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Creates images that are as small as a test needs them and that nobody can restore. */
public final class TestImage {
  private static final int MIB = 1 << 20;

  private final Path folder;
  private final Random random = new Random(1);

  private TestImage(Path folder) throws IOException {
    this.folder = Files.createDirectory(folder);
  }

  /** Creates an image with two pages of memory. */
  public static Path small(Path folder) throws IOException {
    TestImage image = new TestImage(folder);
    image.memory(8192, 0, 8192);
    return image.finish(8192);
  }

  /**
   * Creates an image with three frames of memory that can't be compressed, with holes, also at the
   * end.
   */
  public static Path large(Path folder) throws IOException {
    TestImage image = new TestImage(folder);
    long size = 24L * MIB;
    image.memory(size, 0, 4096);
    image.memory(size, 4 * 4096, 4096);
    image.memory(size, 3L * MIB, 9 * MIB);
    image.memory(size, 17L * MIB, 4096);
    return image.finish(size);
  }

  private void memory(long size, long at, int length) throws IOException {
    byte[] content = new byte[length];
    random.nextBytes(content);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("memory").toFile(), "rw")) {
      file.setLength(size);
      file.seek(at);
      file.write(content);
      file.getFD().sync(); // before this, the file system does not know the size on disk
    }
  }

  private Path finish(long memorySize) throws IOException {
    Files.write(folder.resolve("plan"), plan(memorySize));
    Files.writeString(folder.resolve("file-1"), "a deleted file");
    Files.createFile(folder.resolve("file-2"));
    Manifest manifest = new Manifest().add(Manifest.FORMAT, Manifest.FORMAT_1);
    ImageFiles.addTo(manifest, folder);
    Files.writeString(folder.resolve(Manifest.FILE), manifest.format());
    for (String name : contents(folder).keySet()) {
      Path file = folder.resolve(name);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    return folder;
  }

  private static byte[] plan(long memorySize) {
    PlanHeader.Time time = new PlanHeader.Time(1, 2);
    return new PlanWriter()
        .write(
            new PlanHeader(
                new UUID(3, 4),
                new PlanHeader.Memory(memorySize, PlanHeader.Span.NONE, PlanHeader.Span.NONE),
                new PlanHeader.Platform(Machines.X86_64, 4096, 47),
                new PlanHeader.Requirements(
                    new byte[Machines.X86_64.processorSize()], Set.of(KernelFeature.IPV6), 70),
                new PlanHeader.Clocks(time, time, 0, 0),
                new PlanHeader.Process(4711, -1, new long[11], PlanResume.NONE)));
  }

  /** Returns size, modification time, permissions and a hash of the content of each file. */
  static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(),
            Files.size(file)
                + " "
                + Files.getLastModifiedTime(file)
                + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                + " "
                + Digest.sha256(file));
      }
    }
    return contents;
  }

  /** Returns the space that a file takes on disk, in blocks of 512 bytes. */
  static long blocks(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return Long.parseLong(
        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
  }
}
