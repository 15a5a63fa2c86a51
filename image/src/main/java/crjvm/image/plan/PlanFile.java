package crjvm.image.plan;

import crjvm.image.ImageException;
import crjvm.image.arch.Machine;
import crjvm.image.arch.Page;
import crjvm.image.arch.machines.Machines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A plan on disk. Reading it checks magic, version, size and checksum, and that every record that
 * is read here lies inside the plan.
 */
public final class PlanFile {
  /** These constants are the same in launcher/restorer/needs.c. */
  private static final int WRITTEN_PART = 4;

  private static final int MEMORY_OF_THREAD = 32 << 10;

  public static final String FILE = "plan";

  static final long LARGEST = 64L << 20; // PLAN_MAX_SIZE
  static final int CRC_AT = 12;
  static final int SIZE_AT = 16;
  static final int MEMORY_SIZE_AT = 40;

  private final ByteBuffer content;
  private final PlanLayout layout;

  private PlanFile(ByteBuffer content, PlanLayout layout) {
    this.content = content;
    this.layout = layout;
  }

  public static PlanFile read(Path file) throws IOException, ImageException {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("\"" + file + "\" is missing");
    }
    long size = Files.size(file);
    if (size < PlanLayout.PROCESSOR_AT || size > LARGEST) {
      throw new ImageException(
          "\"" + file + "\" has " + size + " bytes, which is not the size of a plan");
    }
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(content.array(), 0, 8, PlanHeader.MAGIC, 0, 8)) {
      throw new ImageException("\"" + file + "\" is not a plan: its first bytes are wrong");
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
              + "; make the image again");
    }
    PlanLayout layout = layout(file, content);
    if (size < layout.size()) {
      throw new ImageException(
          "\"" + file + "\" has " + size + " bytes, which is not the size of a plan");
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
    String fault = PlanBounds.fault(content, layout);
    if (fault != null) {
      throw new ImageException("\"" + file + "\" is damaged: " + fault);
    }
    return new PlanFile(content, layout);
  }

  private static PlanLayout layout(Path file, ByteBuffer content) throws ImageException {
    int pageSize = content.getInt(PlanLayout.PAGE_SIZE_AT);
    if (pageSize != Page.SIZE) {
      throw new ImageException(
          "\"" + file + "\" is for pages of " + pageSize + " bytes, not of " + Page.SIZE);
    }
    try {
      return new PlanLayout(Machines.of(content.getInt(PlanLayout.MACHINE_AT)));
    } catch (ImageException e) {
      throw new ImageException("\"" + file + "\" can't be read: " + e.getMessage(), e);
    }
  }

  /** Returns the machine on which the process was dumped. */
  public Machine machine() {
    return layout.machine();
  }

  /** Returns the size of a page in bytes. */
  public int pageSize() {
    return content.getInt(PlanLayout.PAGE_SIZE_AT);
  }

  /** Returns the number of bits in the process's addresses. */
  public int addressBits() {
    return content.getInt(PlanLayout.ADDRESS_BITS_AT);
  }

  /** Returns the size in bytes that the memory file must have. */
  public long memorySize() {
    return content.getLong(MEMORY_SIZE_AT);
  }

  /** Returns the first address of the range in which the Java heap may grow. */
  public long heapStart() {
    return content.getLong(layout.heapAt());
  }

  /** Returns the address after that range. If both are 0, the range is unknown. */
  public long heapEnd() {
    return content.getLong(layout.heapAt() + Long.BYTES);
  }

  public int count(PlanSection section) {
    return content.getInt(layout.entryAt(section));
  }

  /** Describes a descriptor by its number and kind. */
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

  /** Returns the image's own files that a restore opens. */
  public Set<String> imageFiles() {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < count(PlanSection.OBJECTS); i++) {
      int at = record(PlanSection.OBJECTS, i);
      if (content.getInt(at) == PlanObject.Kind.IMAGE.ordinal()) {
        names.add(string(content.getInt(at + 4)));
      }
    }
    return names;
  }

  /** Returns the files that must be unchanged, including the image's own files. */
  public List<PlanCheck> checks() {
    List<PlanCheck> checks = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.CHECKS); i++) {
      int at = record(PlanSection.CHECKS, i);
      checks.add(
          new PlanCheck(
              string(content.getInt(at)),
              content.getLong(at + 8),
              content.getLong(at + 16),
              content.getInt(at + 24),
              content.getInt(at + 28)));
    }
    return checks;
  }

  /** Returns the files that exist outside the image. */
  public List<PlanOutside> outside() {
    List<PlanOutside> files = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.OUTSIDE); i++) {
      int at = record(PlanSection.OUTSIDE, i);
      files.add(
          new PlanOutside(
              string(content.getInt(at)),
              PlanOutside.Kind.values()[content.getShort(at + 4)],
              content.getShort(at + 6),
              content.getLong(at + 8),
              content.getLong(at + 16),
              content.getInt(at + 24),
              content.getInt(at + 28)));
    }
    return files;
  }

  /** Returns the settings that the process was configured with. */
  public List<PlanSetting> settings() {
    List<PlanSetting> settings = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.SETTINGS); i++) {
      int at = record(PlanSection.SETTINGS, i);
      settings.add(
          new PlanSetting(
              string(content.getInt(at)),
              PlanSetting.Kind.values()[content.getShort(at + 4)],
              PlanSetting.Use.values()[content.getShort(at + 6)],
              content.getInt(at + 8)));
    }
    return settings;
  }

  /** Returns the name of a thread. */
  public String threadName(int index) {
    return text(record(PlanSection.THREADS, index) + 64);
  }

  /** Returns the mappings, in ascending order. */
  public List<PlanArea> areas() {
    List<PlanArea> areas = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.AREAS); i++) {
      ByteBuffer area = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      area.position(record(PlanSection.AREAS, i));
      areas.add(
          new PlanArea(
              area.getLong(),
              area.getLong(),
              area.getLong(),
              area.getInt(),
              area.getInt(),
              area.getInt(),
              area.getInt()));
    }
    return areas;
  }

  /** Returns the copies to anonymous areas, in ascending order. */
  public List<PlanCopy> copies() {
    List<PlanCopy> copies = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.COPIES); i++) {
      int at = record(PlanSection.COPIES, i);
      copies.add(
          new PlanCopy(content.getLong(at), content.getLong(at + 8), content.getLong(at + 16)));
    }
    return copies;
  }

  /**
   * Returns the size in bytes of the memory that a restore copies, and that the first requests and
   * the first full collection probably write. With less memory the restorer refuses the image.
   */
  public long resident() {
    long resident = (long) count(PlanSection.THREADS) * MEMORY_OF_THREAD;
    for (PlanArea area : areas()) {
      if (isStored(area)) {
        resident += written(area);
      }
    }
    for (PlanCopy copy : copies()) {
      resident += copy.length();
    }
    for (int i = 0; i < count(PlanSection.FILLS); i++) {
      resident += content.getLong(record(PlanSection.FILLS, i) + 16);
    }
    return resident;
  }

  private long written(PlanArea area) {
    if (area.start() >= heapStart() && area.start() < heapEnd()) {
      return area.length();
    }
    boolean canBeWritten = (area.prot() & 2) != 0 && (area.flags() & PlanArea.SHARED) == 0;
    return canBeWritten ? area.length() / WRITTEN_PART : 0;
  }

  /** Returns whether a mapping shows a file of the image. */
  private boolean isStored(PlanArea area) {
    return area.object() != PlanArea.ANONYMOUS
        && content.getInt(record(PlanSection.OBJECTS, area.object()))
            == PlanObject.Kind.IMAGE.ordinal();
  }

  /** Returns whether a mapping shows the image's file of this name. */
  public boolean isOfMemoryFile(PlanArea area, String name) {
    return isStored(area)
        && string(content.getInt(record(PlanSection.OBJECTS, area.object()) + 4)).equals(name);
  }

  /**
   * Returns the pages that a trial restore wrote or read. The list is empty if there was no trial
   * restore.
   */
  public List<PlanWorkingSet> workingSet() {
    List<PlanWorkingSet> set = new ArrayList<>();
    for (int i = 0; i < count(PlanSection.WORKING_SET); i++) {
      int at = record(PlanSection.WORKING_SET, i);
      set.add(
          new PlanWorkingSet(
              content.getLong(at),
              content.getInt(at + 8),
              PlanWorkingSet.Use.values()[content.getInt(at + 12)]));
    }
    return set;
  }

  /**
   * Returns the plan with another working set, as bytes of a file. This section is always the last
   * one of the file.
   */
  public byte[] withWorkingSet(List<PlanWorkingSet> set) {
    int start =
        count(PlanSection.WORKING_SET) == 0
            ? content.capacity()
            : record(PlanSection.WORKING_SET, 0);
    return withSectionAt(start, PlanSection.WORKING_SET, set).array();
  }

  /**
   * Returns the plan without a working set, with other copies and with mappings that replace the
   * existing ones. The old copies stay in the file, where nobody looks for them.
   *
   * @param areas as many areas as the plan has
   */
  public byte[] withCopies(List<PlanArea> areas, List<PlanCopy> copies) {
    PlanFile plain = new PlanFile(littleEndian(withWorkingSet(List.of())), layout);
    ByteBuffer out = plain.withSectionAt(plain.content.capacity(), PlanSection.COPIES, copies);
    PlanStrings none = new PlanStrings();
    out.position(record(PlanSection.AREAS, 0));
    areas.forEach(area -> area.write(out, none));
    return sealed(out).array();
  }

  /** Returns the file up to a position, followed by the records of one section. */
  private ByteBuffer withSectionAt(
      int start, PlanSection section, List<? extends PlanRecord> records) {
    int head = layout.entryAt(section);
    int size = start + records.size() * layout.recordSize(section);
    ByteBuffer out = littleEndian(new byte[size]);
    out.put(content.array(), 0, start);
    PlanStrings none = new PlanStrings();
    records.forEach(record -> record.write(out, none));
    out.putInt(head, records.size()).putInt(head + 4, layout.recordSize(section));
    out.putLong(head + 8, start).putLong(SIZE_AT, size);
    return sealed(out);
  }

  private static ByteBuffer sealed(ByteBuffer plan) {
    CRC32C crc = new CRC32C();
    crc.update(plan.slice(PlanHeader.CHECKED_FROM, plan.capacity() - PlanHeader.CHECKED_FROM));
    return plan.putInt(CRC_AT, (int) crc.getValue());
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int record(PlanSection section, int index) {
    return (int) content.getLong(layout.entryAt(section) + 8) + index * layout.recordSize(section);
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
