package crjvm.image.jvm;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds HotSpot's Java heap and code cache in its own structures. The agent asks the running JVM
 * for other regions.
 */
public final class JvmMemory {
  private JvmMemory() {}

  /**
   * Returns the regions. A region that this JVM does not describe is left out. Its memory is then
   * copied, which is slower but never wrong.
   */
  public static List<Region> regions(VmStructs structs, ProcessMemory memory)
      throws IOException, ImageException {
    List<Region> regions = new ArrayList<>();
    addHeap(structs, memory, regions);
    addCodeCache(structs, memory, regions);
    return regions;
  }

  private static void addHeap(VmStructs structs, ProcessMemory memory, List<Region> regions)
      throws IOException, ImageException {
    if (!structs.has("Universe", "_collectedHeap")
        || !structs.has("CollectedHeap", "_reserved")
        || !structs.has("MemRegion", "_start")) {
      return;
    }
    long heap = memory.readLong(structs.address("Universe", "_collectedHeap"));
    long reserved = heap + structs.offset("CollectedHeap", "_reserved");
    long start = memory.readLong(reserved + structs.offset("MemRegion", "_start"));
    long words = memory.readLong(reserved + structs.offset("MemRegion", "_word_size"));
    if (start != 0 && words > 0) {
      regions.add(new Region(RegionKind.HEAP, start, start + words * Long.BYTES));
    }
  }

  private static void addCodeCache(VmStructs structs, ProcessMemory memory, List<Region> regions)
      throws IOException, ImageException {
    if (!structs.has("CodeCache", "_low_bound") || !structs.has("CodeCache", "_high_bound")) {
      return;
    }
    long low = memory.readLong(structs.address("CodeCache", "_low_bound"));
    long high = memory.readLong(structs.address("CodeCache", "_high_bound"));
    if (low != 0 && high > low) {
      regions.add(new Region(RegionKind.CODE_CACHE, low, high));
    }
  }
}
