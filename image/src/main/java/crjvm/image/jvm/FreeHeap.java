package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.Set;

/**
 * The memory of the Java heap that contains no object, according to the collector itself. It
 * contains the remains of dead objects, and the JVM clears it when it allocates it again. Nothing
 * has to be allocated to find it, so the search causes no collection, no OutOfMemoryError and no
 * clearing of soft references.
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
   * Finds the free memory. Memory that this JVM does not describe does not count as free: the image
   * is then larger, but never wrong.
   *
   * @param structs the structures of the dumped JVM
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
      // With NUMA, the nodes would decide which parts are contiguous for the collector.
      if (!flags.isSet("UseNUMA")) {
        new FreeZHeap(structs, memory, dump, flags.isSet("ZGenerational")).addTo(file);
      }
      return;
    }
    long heap = memory.readLong(structs.address("Universe", "_collectedHeap"));
    HeapSpaces spaces = new HeapSpaces(structs, memory, heap, this.memory);
    if (spaces.isCollecting()) {
      return; // objects are being moved to memory that the collector still reports as free
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

  /** Returns the free ranges, as addresses. */
  public PageRanges memory() {
    return memory;
  }

  /** Returns the free ranges, as offsets in the memfd that contains ZGC's heap. */
  public PageRanges file() {
    return file;
  }

  /** Returns whether the Java heap lies in a memfd of that name. */
  public static boolean isHeap(String memfd) {
    return memfd.equals(FreeZHeap.FILE);
  }
}
