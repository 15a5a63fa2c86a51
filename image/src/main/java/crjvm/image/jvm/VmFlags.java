package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Reads from HotSpot's own table which of its boolean options are set. */
final class VmFlags {
  private static final String TYPE = "JVMFlag";
  private static final int MOST_FLAGS = 10_000;

  private final ProcessMemory memory;
  private final Set<String> set = new HashSet<>();

  private VmFlags(ProcessMemory memory) {
    this.memory = memory;
  }

  /**
   * Reads options.
   *
   * @param names the options that are read; an option that this JVM does not have is not set
   */
  static VmFlags read(VmStructs structs, ProcessMemory memory, Set<String> names)
      throws IOException, ImageException {
    VmFlags flags = new VmFlags(memory);
    long table = memory.readLong(structs.address(TYPE, "flags"));
    long count = memory.readLong(structs.address(TYPE, "numFlags"));
    long size = structs.size(TYPE);
    if (count < 0 || count > MOST_FLAGS) {
      throw VmStructs.unknown(TYPE, "numFlags");
    }
    for (long flag = table; flag < table + count * size; flag += size) {
      String name = memory.readString(memory.readLong(flag + structs.offset(TYPE, "_name")));
      if (name != null && names.contains(name)) { // the last one of the table has no name
        flags.add(name, memory.readLong(flag + structs.offset(TYPE, "_addr")));
      }
    }
    return flags;
  }

  private void add(String name, long value) throws IOException, ImageException {
    if (memory.read(value, 1).get(0) != 0) {
      set.add(name);
    }
  }

  boolean isSet(String name) {
    return set.contains(name);
  }
}
