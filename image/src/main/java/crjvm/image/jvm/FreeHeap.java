package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.Set;

/**
 * The memory of the Java heap in which no object lies, as the collector itself says: what it holds
 * are the remains of dead objects, and whoever gets it clears it first. Nothing has to be allocated
 * to find that out, so that no collection, no OutOfMemoryError and no clearing of soft references
 * can come of it.
 */
public final class FreeHeap {
  private static final Set<String> OPTIONS =
      Set.of(
          "UseSerialGC",
          "UseParallelGC",
          "UseG1GC",
          "UseShenandoahGC",
          "UseZGC",
          "ZGenerational",
          "UseNUMA");

  private final PageRanges memory = new PageRanges();
  private final PageRanges file = new PageRanges();

  private FreeHeap() {}

  /**
   * What this JVM does not describe is not free: the image is then larger, never wrong.
   *
   * @param structs of the dumped JVM
   */
  public static FreeHeap find(VmStructs structs, ProcessMemory memory, Dump dump)
      throws IOException {
    FreeHeap free = new FreeHeap();
    try {
      free.add(structs, memory, dump);
      return free;
    } catch (ImageException e) {
      return new FreeHeap();
    }
  }

  private void add(VmStructs structs, ProcessMemory memory, Dump dump)
      throws IOException, ImageException {
    VmFlags flags = VmFlags.read(structs, memory, OPTIONS);
    if (flags.isSet("UseZGC")) {
      // Which parts of it are contiguous for the collector would depend on the nodes.
      if (!flags.isSet("UseNUMA")) {
        new FreeZHeap(structs, memory, dump, flags.isSet("ZGenerational")).addTo(file);
      }
      return;
    }
    long heap = memory.readLong(structs.address("Universe", "_collectedHeap"));
    HeapSpaces spaces = new HeapSpaces(structs, memory, heap, this.memory);
    if (spaces.isCollecting()) {
      return; // objects are on their way to where the collector says that there are none
    }
    if (flags.isSet("UseG1GC")) {
      spaces.addG1();
    } else if (flags.isSet("UseShenandoahGC")) {
      spaces.addShenandoah();
    } else if (flags.isSet("UseParallelGC")) {
      spaces.addParallel();
    } else if (flags.isSet("UseSerialGC")) {
      spaces.addSerial();
    }
  }

  /** Addresses. */
  public PageRanges memory() {
    return memory;
  }

  /** Offsets in the memfd that the heap of ZGC lies in. */
  public PageRanges file() {
    return file;
  }

  /** Whether the Java heap lies in a memfd of that name. */
  public static boolean isHeap(String memfd) {
    return memfd.equals(FreeZHeap.FILE);
  }
}
