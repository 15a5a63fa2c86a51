package crjvm.image.jvm;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.arch.Page;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds memory from which glibc's malloc allocates and that is safe to map from a file.
 *
 * <p>The first kind is the heaps of secondary arenas. glibc grows them with mprotect and never with
 * mremap. When it shrinks one with MADV_DONTNEED, it keeps the old size in {@code
 * heap_info.mprotect_size}, so that calloc still clears memory that it allocates there.
 *
 * <p>The second kind is the brk heap of the main arena. glibc grows and shrinks it with brk, which
 * gives fresh memory. malloc_trim discards free chunks in it, which calloc clears before it returns
 * them. The heap counts only if the arena's own records bound it, because other allocators use brk
 * as well.
 *
 * <p>Chunks that malloc mapped one by one are not safe, and this class does not find them.
 */
public final class MallocArenas {
  /** The size and alignment of a secondary heap on 64-bit (glibc's HEAP_MAX_SIZE). */
  private static final long HEAP_SIZE = 64L << 20;

  private static final int PROT_READ_WRITE = 3;
  private static final long PAGE = Page.SIZE;

  // The offsets in struct heap_info: arena, previous heap, size, mprotect_size, and page size (the
  // last one since glibc 2.35).
  private static final int ARENA = 0;
  private static final int PREVIOUS = 8;
  private static final int SIZE = 16;
  private static final int MPROTECT_SIZE = 24;
  private static final int PAGE_SIZE = 32;

  /** The offsets in struct malloc_state. */
  private record Layout(int top, int nextArena, int systemMemory) {}

  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout(96, 2160, 2184), // glibc 2.27 to 2.42
          new Layout(8, 2072, 2096)); // glibc 2.43, which has no fast bins

  private static final int MOST_ARENAS = 4096;
  private static final int CHUNK_SIZE = 8;
  private static final int CHUNK_FLAGS = 7;
  private static final int PREVIOUS_IN_USE = 1;

  private final Dump dump;
  private final ProcessMemory memory;

  private MallocArenas(Dump dump, ProcessMemory memory) {
    this.dump = dump;
    this.memory = memory;
  }

  public static List<Region> find(Dump dump, ProcessMemory memory)
      throws IOException, ImageException {
    return new MallocArenas(dump, memory).find();
  }

  private List<Region> find() throws IOException, ImageException {
    List<Region> regions = secondaryHeaps();
    if (!regions.isEmpty()) {
      long arena = memory.readLong(regions.get(0).start() + ARENA);
      for (Layout layout : LAYOUTS) {
        if (isMainHeap(arena, layout)) {
          regions.add(new Region(RegionKind.BRK, brkStart(), brkEnd()));
          break;
        }
      }
    }
    return regions;
  }

  private List<Region> secondaryHeaps() throws IOException, ImageException {
    List<Region> regions = new ArrayList<>();
    for (Mapping mapping : dump.mappings()) {
      boolean candidate =
          !mapping.isFile()
              && !mapping.isShared()
              && !mapping.isVdso()
              && mapping.prot() == PROT_READ_WRITE;
      long first = (mapping.start() + HEAP_SIZE - 1) & -HEAP_SIZE;
      for (long heap = first; candidate && heap < mapping.end(); heap += HEAP_SIZE) {
        long size = usedBytes(heap, mapping.end() - heap);
        if (size > 0) {
          regions.add(new Region(RegionKind.MALLOC_ARENA, heap, heap + size));
        }
      }
    }
    return regions;
  }

  /**
   * Returns the number of bytes that glibc has made accessible of the heap at this address, or 0 if
   * there is no heap.
   */
  private long usedBytes(long heap, long mapped) throws IOException, ImageException {
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
    // The first heap of an arena contains the arena itself, behind the header. Later heaps point
    // back to it.
    boolean first = previous == 0 && arena > heap && arena < heap + PAGE;
    boolean later = previous != 0 && leadsBack(arena);
    return first || later ? accessible : 0;
  }

  private boolean leadsBack(long arena) throws IOException, ImageException {
    long heap = arena & -HEAP_SIZE;
    Mapping mapping = memory.mappingAt(heap);
    // A word that resembles a pointer may point anywhere, for example into a file that is gone.
    return mapping != null && !mapping.isFile() && memory.readLong(heap + ARENA) == arena;
  }

  /**
   * Returns whether the brk heap is that of the main arena. In the ring of arenas, the main one
   * lies in the C library's own data.
   */
  private boolean isMainHeap(long secondary, Layout layout) throws IOException, ImageException {
    long arena = secondary;
    for (int i = 0; i < MOST_ARENAS; i++) {
      Mapping mapping = memory.mappingAt(arena);
      boolean isWhole = mapping != null && memory.mappingAt(arena + layout.systemMemory) == mapping;
      if (!isWhole || arena % Long.BYTES != 0) {
        return false;
      }
      if (mapping.isFile()) {
        return isMainArena(arena, layout);
      }
      arena = memory.readLong(arena + layout.nextArena);
    }
    return false;
  }

  /**
   * Returns whether the records of the arena fit the brk heap: its last chunk ends where the heap
   * does, and it has requested no more than the heap.
   */
  private boolean isMainArena(long arena, Layout layout) throws IOException, ImageException {
    long top = memory.readLong(arena + layout.top);
    long end = dump.mm().getBrk();
    if (top < dump.mm().getStartBrk() || top > end - 2L * Long.BYTES) {
      return false;
    }
    long size = memory.readLong(top + CHUNK_SIZE);
    return (size & CHUNK_FLAGS) == PREVIOUS_IN_USE
        && top + (size & -CHUNK_FLAGS - 1) == end
        && memory.readLong(arena + layout.systemMemory) <= brkEnd() - brkStart();
  }

  private long brkStart() {
    return dump.mm().getStartBrk() & -PAGE;
  }

  private long brkEnd() {
    return dump.mm().getBrk() + PAGE - 1 & -PAGE;
  }
}
