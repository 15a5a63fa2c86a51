package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The table in which HotSpot describes its own data structures for debuggers (libjvm's exported
 * gHotSpotVMStructs), read from the dumped process. It tells the positions of the fields of C++
 * objects in exactly this build.
 */
public final class VmStructs {
  private static final int MOST_ENTRIES = 100_000;

  /** An entry. A static field has an address, any other field an offset in its object. */
  private record Field(boolean isStatic, long offset, long address) {}

  private final ProcessMemory memory;
  private final Map<String, Field> fields = new HashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();

  private VmStructs(ProcessMemory memory) {
    this.memory = memory;
  }

  /**
   * Reads the table.
   *
   * @param libjvm the file that is mapped at {@code base}
   */
  public static VmStructs read(ProcessMemory memory, Path libjvm, long base)
      throws IOException, ImageException {
    VmStructs structs = new VmStructs(memory);
    ElfImage elf = ElfImage.of(libjvm);
    long table = structs.exported(elf, base, "gHotSpotVMStructs");
    long typeName = structs.exported(elf, base, "gHotSpotVMStructEntryTypeNameOffset");
    long fieldName = structs.exported(elf, base, "gHotSpotVMStructEntryFieldNameOffset");
    long isStatic = structs.exported(elf, base, "gHotSpotVMStructEntryIsStaticOffset");
    long offset = structs.exported(elf, base, "gHotSpotVMStructEntryOffsetOffset");
    long address = structs.exported(elf, base, "gHotSpotVMStructEntryAddressOffset");
    long stride = structs.exported(elf, base, "gHotSpotVMStructEntryArrayStride");
    for (int i = 0; i < MOST_ENTRIES; i++) {
      long entry = table + i * stride;
      String type = memory.readString(memory.readLong(entry + typeName));
      if (type == null) {
        structs.readSizes(elf, base);
        return structs;
      }
      String field = memory.readString(memory.readLong(entry + fieldName));
      structs.fields.put(
          type + "::" + field,
          new Field(
              memory.readInt(entry + isStatic) != 0,
              memory.readLong(entry + offset),
              memory.readLong(entry + address)));
    }
    throw new ImageException("\"" + libjvm + "\" does not describe its structures as HotSpot does");
  }

  private void readSizes(ElfImage elf, long base) throws IOException, ImageException {
    long table = exported(elf, base, "gHotSpotVMTypes");
    long typeName = exported(elf, base, "gHotSpotVMTypeEntryTypeNameOffset");
    long size = exported(elf, base, "gHotSpotVMTypeEntrySizeOffset");
    long stride = exported(elf, base, "gHotSpotVMTypeEntryArrayStride");
    for (int i = 0; i < MOST_ENTRIES; i++) {
      long entry = table + i * stride;
      String type = memory.readString(memory.readLong(entry + typeName));
      if (type == null) {
        return;
      }
      sizes.put(type, memory.readLong(entry + size));
    }
  }

  private long exported(ElfImage elf, long base, String name) throws IOException, ImageException {
    Long symbol = elf.symbol(name);
    if (symbol == null) {
      throw new ImageException("libjvm does not export " + name + "; is it HotSpot?");
    }
    return memory.readLong(base + symbol);
  }

  public boolean has(String type, String field) {
    return fields.containsKey(type + "::" + field);
  }

  /** Returns the first of the names that is a field of the type. */
  String firstOf(String type, String... names) throws ImageException {
    for (String name : names) {
      if (has(type, name)) {
        return name;
      }
    }
    throw unknown(type, names[0]);
  }

  /** Returns the size in bytes of an object of the type. */
  long size(String type) throws ImageException {
    Long size = sizes.get(type);
    if (size == null) {
      throw unknown(type, "size");
    }
    return size;
  }

  /** Returns the offset of a field in its object, in bytes. */
  public long offset(String type, String field) throws ImageException {
    return field(type, field).offset();
  }

  /** Returns the address of a static field. */
  public long address(String type, String field) throws ImageException {
    Field found = field(type, field);
    if (!found.isStatic()) {
      throw new ImageException(type + "::" + field + " is not static in this JVM");
    }
    return found.address();
  }

  private Field field(String type, String field) throws ImageException {
    Field found = fields.get(type + "::" + field);
    if (found == null) {
      throw unknown(type, field);
    }
    return found;
  }

  /** Returns the failure for a field that is missing or differs from that of known releases. */
  static ImageException unknown(String type, String field) {
    return new ImageException(
        "this JVM has no " + type + "::" + field + "; crjvm does not know its layout");
  }
}
