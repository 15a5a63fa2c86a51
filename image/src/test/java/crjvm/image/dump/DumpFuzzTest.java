package crjvm.image.dump;

import com.code_intelligence.jazzer.junit.FuzzTest;
import crjvm.image.ImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests arbitrary files of CRIU's, beside a real dump of a small process. Each is read or refused.
 * The first byte of an input selects the file. Entries follow, each with two bytes of length, which
 * are corrected here.
 */
class DumpFuzzTest {
  private static final int PID = 12437; // the id of the process, in the names of its files
  private static final List<String> NAMES =
      List.of(
          "core-12437.img",
          "fdinfo-2.img",
          "files.img",
          "ghost-file-1.img",
          "ids-12437.img",
          "mm-12437.img",
          "pagemap-12437.img",
          "pstree.img",
          "remap-fpath.img",
          "timens-0.img",
          "stats-dump",
          "pipes-data.img",
          "sk-queues.img",
          "filelocks.img",
          "memfd.img");
  private static final int MAX_GHOST = 1 << 20;

  @TempDir static Path folder;

  @BeforeAll
  static void copyDump() throws Exception {
    Path dump = Path.of(DumpFuzzTest.class.getResource("sleeper").toURI());
    try (Stream<Path> files = Files.list(dump)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
    Files.createFile(folder.resolve("pages-1.img"));
  }

  @FuzzTest
  void load(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    Path file = folder.resolve(NAMES.get((input[0] & 0xff) % NAMES.size()));
    byte[] before = Files.exists(file) ? Files.readAllBytes(file) : null;
    Files.write(file, framed(input));
    try {
      use(Dump.load(folder, Optional.empty()));
    } catch (ImageException | IOException e) {
      // The compiler reports these.
    } finally {
      Files.delete(file);
      if (before != null) {
        Files.write(file, before);
      }
    }
  }

  private static void use(Dump dump) throws IOException, ImageException {
    dump.threadIds().forEach(dump::core);
    dump.mappings().forEach(Mapping::isShared);
    for (var descriptor : dump.descriptors()) {
      dump.file(descriptor.getId());
    }
    dump.inFlight().ofPipe(1);
    try (Pages pages = Pages.ofProcess(dump.folder(), PID)) {
      pages.within(0, Long.MAX_VALUE).forEach(Pages.Run::end);
    }
    Map<Integer, DeletedFile> deleted = DeletedFile.byFileId(dump);
    for (DeletedFile file : deleted.values()) {
      file.eachPart(
          (offset, length, content) -> {
            if (length < MAX_GHOST) {
              content.transferTo(OutputStream.nullOutputStream());
            }
          });
    }
  }

  /**
   * Returns a file with CRIU's two magic words, and with four bytes of length before each entry.
   */
  private static byte[] framed(byte[] input) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(word(0x54564319));
    file.writeBytes(word(0x56084025));
    for (int at = 1; at + 1 < input.length; ) {
      int wanted = (input[at] & 0xff) | (input[at + 1] & 0xff) << 8;
      int length = Math.min(wanted, input.length - at - 2);
      file.writeBytes(word(length));
      file.writeBytes(Arrays.copyOfRange(input, at + 2, at + 2 + length));
      at += 2 + length;
    }
    return file.toByteArray();
  }

  private static byte[] word(int word) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }
}
