package crjvm.it.registry;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * An image of this machine that says that it is for 64-bit ARM, as the images that such machines
 * make do. It is whole, and everything that does not start it takes it for one of those: its
 * manifest has that machine, and its plan has that machine's layout, with no thread in it. The code
 * in its memory is still that of this machine.
 */
final class ForeignImage {
  /** The number and the offsets are those of the restorer's headers plan.h and plan_processor.h. */
  private static final int AARCH64 = 183;

  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 16;
  private static final int MACHINE_AT = 48;
  private static final int PROCESSOR_AT = 64;
  private static final int PROCESSOR_SIZE = 88;
  private static final int FOREIGN_PROCESSOR_SIZE = 160;
  // They come after the processor's part.
  private static final int SECTIONS = 216;
  private static final int SECTION_SIZE = 16;
  private static final int THREAD_SIZE = 2640;
  private static final int FOREIGN_THREAD_SIZE = 904;

  private ForeignImage() {}

  /** Makes such an image in a new folder. */
  static Path of(Workbench bench, Checkpoint checkpoint) throws Exception {
    Path copy = User.ORDINARY.own(Files.createDirectory(bench.newFolder("arm").resolve("image")));
    byte[] plan = plan(Files.readAllBytes(checkpoint.image().resolve("plan")));
    try (Stream<Path> files = Files.list(checkpoint.image())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Path target = copy.resolve(name);
        switch (name) {
          case "plan" -> Files.write(target, plan);
          case "manifest" -> Files.writeString(target, manifest(Files.readAllLines(file), plan));
          default -> Files.copy(file, target);
        }
        User.ORDINARY.own(target);
      }
    }
    return copy;
  }

  private static String manifest(List<String> lines, byte[] plan) throws Exception {
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(plan));
    return lines.stream()
        .map(line -> line.replaceAll("^machine=.*", "machine=aarch64"))
        .map(line -> line.replaceAll("^cpu-features=.*", "cpu-features=fp asimd"))
        .map(line -> line.replaceAll("^file=\\d+ plan$", "file=" + plan.length + " plan"))
        .map(line -> line.replaceAll("^sha256=\\w+ plan$", "sha256=" + digest + " plan"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Moves everything behind the processor's part, and gives the sections their new places. */
  private static byte[] plan(byte[] bytes) {
    int end = PROCESSOR_AT + PROCESSOR_SIZE;
    int more = FOREIGN_PROCESSOR_SIZE - PROCESSOR_SIZE;
    ByteBuffer plan = ByteBuffer.allocate(bytes.length + more).order(ByteOrder.LITTLE_ENDIAN);
    plan.put(bytes, 0, PROCESSOR_AT).position(end + more);
    plan.put(bytes, end, bytes.length - end);
    plan.putInt(MACHINE_AT, AARCH64).putLong(CHECKED_FROM, plan.capacity());
    int sections = end + more + SECTIONS;
    long first = Long.MAX_VALUE;
    for (int at = sections; at < first; at += SECTION_SIZE) {
      long start = plan.getLong(at + 8) + more;
      plan.putLong(at + 8, start);
      first = Math.min(first, start);
      if (plan.getInt(at + 4) == THREAD_SIZE) {
        plan.putInt(at, 0).putInt(at + 4, FOREIGN_THREAD_SIZE);
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(plan.slice(CHECKED_FROM, plan.capacity() - CHECKED_FROM));
    return plan.putInt(CRC_AT, (int) crc.getValue()).array();
  }
}
