package crjvm.image.plan;

import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A plan on disk, checked as a whole: magic, version, size, checksum, section table. */
public final class PlanFile {
  private static final long LARGEST = 64L << 20; // PLAN_MAX_SIZE
  private static final int MEMORY_SIZE_AT = 40;

  private final ByteBuffer content;

  private PlanFile(ByteBuffer content) {
    this.content = content;
  }

  public static PlanFile read(Path file) throws IOException, ImageException {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("\"" + file + "\" is missing");
    }
    long size = Files.size(file);
    if (size < PlanHeader.SIZE || size > LARGEST) {
      throw new ImageException("\"" + file + "\" has " + size + " bytes, which no plan has");
    }
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(content.array(), 0, 8, PlanHeader.MAGIC, 0, 8)) {
      throw new ImageException("\"" + file + "\" is no plan: its first bytes are wrong");
    }
    int version = content.getInt(8);
    if (version != PlanHeader.VERSION) {
      throw new ImageException(
          "\""
              + file
              + "\" has version "
              + version
              + ", this is for "
              + PlanHeader.VERSION
              + "; make the image anew");
    }
    if (content.getLong(16) != size) {
      throw new ImageException(
          "\"" + file + "\" has " + size + " bytes instead of " + content.getLong(16));
    }
    CRC32C crc = new CRC32C();
    crc.update(content.slice(PlanHeader.CHECKED_FROM, (int) size - PlanHeader.CHECKED_FROM));
    if ((int) crc.getValue() != content.getInt(12)) {
      throw new ImageException("\"" + file + "\" is damaged: its checksum is wrong");
    }
    return new PlanFile(content);
  }

  /** Bytes that the memory file has to have. */
  public long memorySize() {
    return content.getLong(MEMORY_SIZE_AT);
  }

  public int count(PlanSection section) {
    return content.getInt(PlanHeader.SECTIONS_AT + 16 * section.ordinal());
  }

  /** A descriptor in words: number and kind. */
  public String descriptor(int index) {
    int at = record(PlanSection.DESCRIPTORS, index);
    PlanDescriptor.Kind kind = PlanDescriptor.Kind.values()[content.getInt(at + 4)];
    String text = content.getInt(at) + " " + kind.name().toLowerCase(java.util.Locale.ROOT);
    return kind == PlanDescriptor.Kind.OPEN ? text + " " + object(content.getInt(at + 12)) : text;
  }

  private String object(int index) {
    int at = record(PlanSection.OBJECTS, index);
    PlanObject.Kind kind = PlanObject.Kind.values()[content.getInt(at)];
    String name = string(content.getInt(at + 4));
    return switch (kind) {
      case PATH -> name;
      case IMAGE -> "(image) " + name;
      case MEMFD -> "(memory) " + name;
      case ANON -> "(shared memory)";
      case PERFDATA -> "(hsperfdata)";
    };
  }

  /** A thread's name. */
  public String threadName(int index) {
    return text(record(PlanSection.THREADS, index) + 64);
  }

  private int record(PlanSection section, int index) {
    return (int) content.getLong(PlanHeader.SECTIONS_AT + 16 * section.ordinal() + 8)
        + index * section.recordSize();
  }

  private String string(int offset) {
    return offset == -1 ? "" : text(record(PlanSection.STRINGS, offset));
  }

  private String text(int start) {
    int end = start;
    while (content.get(end) != 0) {
      end++;
    }
    return new String(content.array(), start, end - start, java.nio.charset.StandardCharsets.UTF_8);
  }
}
