package crjvm.image.jvm;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The heaps of glibc's secondary malloc arenas, which are safe to map from a file: glibc grows them
 * with mprotect, never with mremap, and when it shrinks one with MADV_DONTNEED it keeps the old
 * size on record ({@code heap_info.mprotect_size}), so that calloc still clears what it hands out
 * of there. Chunks that malloc mapped one by one, and the brk heap, are not safe and not found
 * here.
 */
public final class MallocArenas {
  /** Size and alignment of such a heap on 64-bit (glibc: HEAP_MAX_SIZE). */
  private static final long HEAP_SIZE = 64L << 20;

  private static final int PROT_READ_WRITE = 3;
  private static final int PAGE = 4096;

  // struct heap_info: arena, previous heap, size, mprotect_size, page size (the last since glibc
  // 2.35)
  private static final int ARENA = 0;
  private static final int PREVIOUS = 8;
  private static final int SIZE = 16;
  private static final int MPROTECT_SIZE = 24;
  private static final int PAGE_SIZE = 32;

  private MallocArenas() {}

  public static List<Region> find(Dump dump, ProcessMemory memory)
      throws IOException, ImageException {
    List<Region> regions = new ArrayList<>();
    for (Mapping mapping : dump.mappings()) {
      boolean candidate =
          !mapping.isFile()
              && !mapping.isShared()
              && !mapping.isVdso()
              && mapping.prot() == PROT_READ_WRITE;
      long first = (mapping.start() + HEAP_SIZE - 1) & -HEAP_SIZE;
      for (long heap = first; candidate && heap < mapping.end(); heap += HEAP_SIZE) {
        long size = usedBytes(memory, heap, mapping.end() - heap);
        if (size > 0) {
          regions.add(new Region(RegionKind.MALLOC_ARENA, heap, heap + size));
        }
      }
    }
    return regions;
  }

  /**
   * The bytes that glibc made accessible of the heap at this address, or 0 when there is no heap.
   */
  private static long usedBytes(ProcessMemory memory, long heap, long mapped)
      throws IOException, ImageException {
    long arena = memory.readLong(heap + ARENA);
    long previous = memory.readLong(heap + PREVIOUS);
    long size = memory.readLong(heap + SIZE);
    long accessible = memory.readLong(heap + MPROTECT_SIZE);
    boolean plausible =
        previous % HEAP_SIZE == 0
            && size > 0
            && size % PAGE == 0
            && size <= accessible
            && accessible % PAGE == 0
            && accessible <= Math.min(mapped, HEAP_SIZE)
            && memory.readLong(heap + PAGE_SIZE) == PAGE;
    if (!plausible) {
      return 0;
    }
    // The first heap of an arena holds the arena itself, behind the header; later ones lead back to
    // it.
    boolean first = previous == 0 && arena > heap && arena < heap + PAGE;
    boolean later = previous != 0 && leadsBack(memory, arena);
    return first || later ? accessible : 0;
  }

  private static boolean leadsBack(ProcessMemory memory, long arena)
      throws IOException, ImageException {
    long heap = arena & -HEAP_SIZE;
    Mapping mapping = memory.mappingAt(heap);
    // What looks like a pointer may lead anywhere, into a file that is gone for example.
    return mapping != null && !mapping.isFile() && memory.readLong(heap + ARENA) == arena;
  }
}
