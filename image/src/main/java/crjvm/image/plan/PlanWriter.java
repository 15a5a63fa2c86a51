package crjvm.image.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Collects records and lays them out as one plan. */
public final class PlanWriter {
  private final PlanStrings strings = new PlanStrings();
  private final Map<PlanSection, List<PlanRecord>> records = new EnumMap<>(PlanSection.class);

  public PlanWriter() {
    for (PlanSection section : PlanSection.values()) {
      records.put(section, new ArrayList<>());
    }
  }

  /** Adds a record at the end of its section and returns its index there. */
  public int add(PlanRecord record) {
    List<PlanRecord> section = records.get(record.section());
    section.add(record);
    return section.size() - 1;
  }

  /** Returns the records of one kind that were added so far. */
  public <T extends PlanRecord> List<T> all(PlanSection section, Class<T> type) {
    return records.get(section).stream().map(type::cast).toList();
  }

  public int count(PlanSection section) {
    return records.get(section).size();
  }

  /** Returns the complete plan. */
  public byte[] write(PlanHeader header) {
    PlanLayout layout = new PlanLayout(header.platform().machine());
    Map<PlanSection, byte[]> contents = new EnumMap<>(PlanSection.class);
    int size = layout.size();
    for (PlanSection section : PlanSection.values()) {
      if (section != PlanSection.STRINGS) {
        contents.put(section, content(section, layout.recordSize(section)));
      }
    }
    contents.put(PlanSection.STRINGS, strings.toByteArray()); // complete only now
    for (byte[] content : contents.values()) {
      size = align(size) + content.length;
    }
    ByteBuffer out = ByteBuffer.allocate(align(size)).order(ByteOrder.LITTLE_ENDIAN);
    writeHeader(out, header);
    writeSections(out, layout, contents);
    CRC32C crc = new CRC32C();
    crc.update(out.slice(PlanHeader.CHECKED_FROM, out.capacity() - PlanHeader.CHECKED_FROM));
    out.putInt(12, (int) crc.getValue());
    return out.array();
  }

  private byte[] content(PlanSection section, int recordSize) {
    List<PlanRecord> list = records.get(section);
    ByteBuffer out = ByteBuffer.allocate(list.size() * recordSize).order(ByteOrder.LITTLE_ENDIAN);
    for (PlanRecord record : list) {
      record.write(out, strings);
    }
    if (out.hasRemaining()) {
      throw new IllegalStateException("a record of " + section + " has the wrong size");
    }
    return out.array();
  }

  private static void writeHeader(ByteBuffer out, PlanHeader header) {
    out.put(PlanHeader.MAGIC).putInt(PlanHeader.VERSION).putInt(0).putLong(out.capacity());
    out.order(ByteOrder.BIG_ENDIAN)
        .putLong(header.imageId().getMostSignificantBits())
        .putLong(header.imageId().getLeastSignificantBits())
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.memory().size());
    out.putInt(header.platform().machine().architecture().elf());
    out.putInt(header.platform().pageSize()).putInt(header.platform().addressBits()).putInt(0);
    out.put(header.requirements().processor());
    out.putLong(header.memory().vdso().start()).putLong(header.memory().vdso().end());
    out.putLong(header.clocks().monotonic().seconds()).putLong(header.clocks().monotonic().nanos());
    out.putLong(header.clocks().boottime().seconds()).putLong(header.clocks().boottime().nanos());
    out.putLong(header.clocks().monotonicOffset()).putLong(header.clocks().boottimeOffset());
    PlanResume resume = header.process().resume();
    out.putLong(resume.offset()).putLong(resume.length()).putLong(resume.lead());
    out.putLong(header.memory().heap().start()).putLong(header.memory().heap().end());
    out.putLong(header.requirements().descriptorLimit())
        .putLong(KernelFeature.bits(header.requirements().kernel()));
    out.putInt(header.process().pid()).putInt(header.process().messageDescriptor());
    for (long word : header.process().layout()) {
      out.putLong(word);
    }
  }

  private static void writeSections(
      ByteBuffer out, PlanLayout layout, Map<PlanSection, byte[]> contents) {
    int offset = layout.size();
    for (PlanSection section : PlanSection.values()) {
      byte[] content = contents.get(section);
      offset = align(offset);
      int entry = layout.entryAt(section);
      out.putInt(entry, content.length / layout.recordSize(section));
      out.putInt(entry + 4, layout.recordSize(section));
      out.putLong(entry + 8, offset);
      out.put(offset, content);
      offset += content.length;
    }
  }

  private static int align(int offset) {
    return (offset + Long.BYTES - 1) & -Long.BYTES;
  }
}
