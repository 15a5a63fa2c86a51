package crjvm.image.archive;

import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.frame.FrameOutput;
import crjvm.image.archive.tar.PaxRecords;
import crjvm.image.archive.tar.TarHeader;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Creates archives with arbitrary content whose checksums are correct. */
final class TestTar {
  static final String MANIFEST =
      "format=1\nfile=5 plan\nfile=8192 memory\n"; // no test reads these files

  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  /** Returns an archive with the beginning that every archive has. */
  static TestTar begun() throws Exception {
    return new TestTar().comment(ArchiveFormat.COMMENT + "1").folder(ArchiveFormat.FOLDER);
  }

  /** Returns an archive that has a manifest as well. */
  static TestTar withManifest() throws Exception {
    return begun().file("crjvm-image/manifest", MANIFEST);
  }

  TestTar raw(byte[] bytes) {
    stream.writeBytes(bytes);
    return this;
  }

  TestTar comment(String text) {
    return records(TarHeader.GLOBAL, Map.of(PaxRecords.COMMENT, text));
  }

  TestTar records(char type, Map<String, String> records) {
    return entry(
        new TarHeader(type, "pax", 0644, 0, 0),
        new String(PaxRecords.format(records), StandardCharsets.US_ASCII));
  }

  TestTar folder(String name) {
    return header(new TarHeader(TarHeader.FOLDER, name, 0700, 0, 0));
  }

  TestTar file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.US_ASCII));
  }

  TestTar file(String name, byte[] content) {
    return entry(new TarHeader(TarHeader.FILE, name, 07777, 0, 0), content);
  }

  TestTar header(TarHeader header) {
    return raw(header.bytes());
  }

  /** Adds an entry. Its content determines the size. */
  TestTar entry(TarHeader header, String content) {
    return entry(header, content.getBytes(StandardCharsets.US_ASCII));
  }

  private TestTar entry(TarHeader header, byte[] bytes) {
    header(
        new TarHeader(
            header.type(), header.name(), header.mode(), bytes.length, header.modified()));
    return raw(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
  }

  /** Adds a memory file of 8192 bytes with any map. */
  TestTar sparse(String map, int dataSize) {
    Map<String, String> records = new LinkedHashMap<>();
    records.put(PaxRecords.SPARSE_MAJOR, "1");
    records.put(PaxRecords.SPARSE_MINOR, "0");
    records.put(PaxRecords.SPARSE_NAME, "crjvm-image/memory");
    records.put(PaxRecords.SPARSE_SIZE, "8192");
    int mapSize = (map.length() + 511) / 512 * 512;
    byte[] content = Arrays.copyOf(map.getBytes(StandardCharsets.US_ASCII), mapSize + dataSize);
    return records(TarHeader.EXTENDED, records)
        .entry(
            new TarHeader(TarHeader.FILE, "crjvm-image/GNUSparseFile.0/memory", 0400, 0, 0),
            new String(content, StandardCharsets.US_ASCII));
  }

  /** Returns the archive, with the end of the tar stream. */
  byte[] archive() throws Exception {
    return raw(new byte[1024]).compressed();
  }

  byte[] compressed() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (FrameOutput out = new FrameOutput(Channels.newChannel(bytes), 1, 1)) {
      out.write(stream.toByteArray());
      out.finish();
    }
    return bytes.toByteArray();
  }
}
