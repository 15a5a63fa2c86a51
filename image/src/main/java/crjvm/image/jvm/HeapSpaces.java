package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.List;

/**
 * Finds the free ends of the spaces, or regions, of a heap. Each is allocated from its bottom to
 * its top, and the top is moved before anything is written. Therefore nothing is above the top, no
 * matter when the process was frozen. Only a collection that moves objects while the application is
 * stopped may write there first.
 */
final class HeapSpaces {
  private static final int MOST_REGIONS = 1 << 20;

  private final VmStructs structs;
  private final ProcessMemory memory;
  private final long heap;
  private final PageRanges free;

  /**
   * Prepares the search.
   *
   * @param heap the address of the CollectedHeap
   * @param free receives the free ranges
   */
  HeapSpaces(VmStructs structs, ProcessMemory memory, long heap, PageRanges free) {
    this.structs = structs;
    this.memory = memory;
    this.heap = heap;
    this.free = free;
  }

  /** Returns whether a collection was running for which the application was stopped. */
  boolean isCollecting() throws IOException, ImageException {
    String type = "CollectedHeap";
    String field = structs.firstOf(type, "_is_stw_gc_active", "_is_gc_active");
    return memory.read(heap + structs.offset(type, field), 1).get(0) != 0;
  }

  void addSerial() throws IOException, ImageException {
    String type = structs.has("SerialHeap", "_young_gen") ? "SerialHeap" : "GenCollectedHeap";
    long young = pointer(heap, type, "_young_gen");
    for (String space : List.of("_eden_space", "_from_space", "_to_space")) {
      addContiguous(pointer(young, "DefNewGeneration", space));
    }
    long old = pointer(heap, type, "_old_gen");
    addContiguous(pointer(old, "TenuredGeneration", "_the_space"));
  }

  private void addContiguous(long space) throws IOException, ImageException {
    String type = structs.has("ContiguousSpace", "_end") ? "ContiguousSpace" : "Space";
    add(space, type, "ContiguousSpace");
  }

  void addParallel() throws IOException, ImageException {
    long young = memory.readLong(structs.address("ParallelScavengeHeap", "_young_gen"));
    for (String space : List.of("_eden_space", "_from_space", "_to_space")) {
      add(pointer(young, "PSYoungGen", space), "MutableSpace", "MutableSpace");
    }
    long old = memory.readLong(structs.address("ParallelScavengeHeap", "_old_gen"));
    add(pointer(old, "PSOldGen", "_object_space"), "MutableSpace", "MutableSpace");
  }

  void addG1() throws IOException, ImageException {
    // JDK 24 added the prefix to the names that begin with HeapRegion.
    String prefix = structs.has("G1HeapRegion", "_top") ? "G1" : "";
    long table =
        heap
            + structs.offset("G1CollectedHeap", "_hrm")
            + structs.offset(prefix + "HeapRegionManager", "_regions");
    long base = pointer(table, "G1HeapRegionTable", "_base");
    long count = pointer(table, "G1HeapRegionTable", "_length");
    addRegions(base, count, prefix + "HeapRegion");
  }

  void addShenandoah() throws IOException, ImageException {
    long base = pointer(heap, "ShenandoahHeap", "_regions");
    long count = pointer(heap, "ShenandoahHeap", "_num_regions");
    addRegions(base, count, "ShenandoahHeapRegion");
  }

  private void addRegions(long base, long count, String type) throws IOException, ImageException {
    if (count < 0 || count > MOST_REGIONS) {
      throw VmStructs.unknown(type, "table");
    }
    for (long i = 0; i < count; i++) {
      long region = memory.readLong(base + i * Long.BYTES);
      if (region != 0) { // 0: it was never used
        add(region, type, type);
      }
    }
  }

  private void add(long space, String borders, String tops) throws IOException, ImageException {
    long bottom = pointer(space, borders, "_bottom");
    long top = pointer(space, tops, "_top");
    long end = pointer(space, borders, "_end");
    if (Long.compareUnsigned(bottom, top) > 0 || Long.compareUnsigned(top, end) > 0) {
      throw VmStructs.unknown(tops, "_top");
    }
    free.add(top, end);
  }

  private long pointer(long object, String type, String field) throws IOException, ImageException {
    return memory.readLong(object + structs.offset(type, field));
  }
}
