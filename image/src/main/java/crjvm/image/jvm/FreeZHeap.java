package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.BitSet;

/**
 * Finds the parts of the memfd with ZGC's heap that belong to no page of the collector, according
 * to its page table. Only whole granules count, because a page that is being compacted in place has
 * objects above its top.
 */
final class FreeZHeap {
  static final String FILE = "java_heap";

  private static final long GRANULE = 2 << 20;

  private final VmStructs structs;
  private final ProcessMemory memory;
  private final Dump dump;
  private final String prefix;
  private final boolean hasEntries;
  private final BitSet free = new BitSet();
  private final BitSet used = new BitSet();

  /**
   * Prepares the search.
   *
   * @param isGenerational true if the option is set that chooses between the two collectors in
   *     releases that have both
   */
  FreeZHeap(VmStructs structs, ProcessMemory memory, Dump dump, boolean isGenerational) {
    this.structs = structs;
    this.memory = memory;
    this.dump = dump;
    // JDK 21 to 23 call the collector without generations XGC.
    prefix = structs.has("XPageTable", "_map") && !isGenerational ? "X" : "Z";
    // Since JDK 25, each range of free memory has a record of itself in its last granule.
    hasEntries = !structs.has(prefix + "PageAllocator", "_used");
  }

  void addTo(PageRanges ranges) throws IOException, ImageException {
    String globals = prefix + "GlobalsForVMStructs";
    long instance = memory.readLong(structs.address(globals, "_instance_p"));
    long maskAt =
        memory.readLong(instance + structs.offset(globals, "_" + prefix + "AddressOffsetMask"));
    long mask = memory.readLong(maskAt);
    long heap = memory.readLong(structs.address("Universe", "_collectedHeap"));
    long table =
        memory.readLong(
            heap
                + structs.offset(prefix + "CollectedHeap", "_heap")
                + structs.offset(prefix + "Heap", "_page_table")
                + structs.offset(prefix + "PageTable", "_map")
                + structs.offset(prefix + "GranuleMapForPageTable", "_map"));
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isMemfd() && isHeap(mapping)) {
        note(mapping, table, mask);
      }
    }
    free.andNot(used); // the same memory may be mapped several times
    for (int from = free.nextSetBit(0); from >= 0; from = free.nextSetBit(from)) {
      int to = free.nextClearBit(from);
      ranges.add(from * GRANULE, to * GRANULE);
      from = to;
    }
  }

  private boolean isHeap(Mapping mapping) throws ImageException {
    int inode = dump.file((int) mapping.fileId()).getMemfd().getInodeId();
    return dump.memfds().stream()
        .anyMatch(memfd -> memfd.getInodeId() == inode && memfd.getName().equals(FILE));
  }

  private void note(Mapping mapping, long table, long mask) throws IOException, ImageException {
    if (mapping.start() % GRANULE != 0
        || mapping.length() % GRANULE != 0
        || mapping.offset() % GRANULE != 0) {
      throw VmStructs.unknown(prefix + "Page", "granule");
    }
    boolean isNextFree = false;
    for (long at = mapping.length() - GRANULE; at >= 0; at -= GRANULE) {
      long entry = ((mapping.start() + at) & mask) / GRANULE;
      boolean isFree = memory.readLong(table + entry * Long.BYTES) == 0;
      boolean isKept = !isFree || (hasEntries && !isNextFree);
      (isKept ? used : free).set(Math.toIntExact((mapping.offset() + at) / GRANULE));
      isNextFree = isFree;
    }
  }
}
