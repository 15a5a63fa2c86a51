package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.compile.memory.Origin;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.jvm.ElfImage;
import crjvm.image.plan.PlanFunction;
import crjvm.image.plan.PlanFunction.Wait;
import crjvm.image.plan.PlanSlot;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds the C library's functions that take absolute times, and every word that leads to them: GOT
 * entries and pointers that the dynamic loader has filled in, and the values of the library's
 * symbols, which the loader and dlsym will still look up.
 */
final class WrappedFunctions {
  private static final int PROT_EXEC = 4;

  /** The C library's files. Up to glibc 2.33, threads and timers had libraries of their own. */
  private static final Pattern LIBRARIES = Pattern.compile(".*/lib(c|pthread|rt)[-.][^/]*");

  private static final Map<String, Wait> WAITS =
      Map.ofEntries(
          Map.entry("pthread_cond_timedwait", Wait.TIMED),
          Map.entry("sem_clockwait", Wait.CLOCK),
          Map.entry("pthread_mutex_clocklock", Wait.CLOCK),
          Map.entry("pthread_rwlock_clockrdlock", Wait.CLOCK),
          Map.entry("pthread_rwlock_clockwrlock", Wait.CLOCK),
          Map.entry("pthread_cond_clockwait", Wait.CLOCK_LATER),
          Map.entry("pthread_clockjoin_np", Wait.CLOCK_LATER),
          Map.entry("clock_nanosleep", Wait.NANOSLEEP),
          Map.entry("timerfd_settime", Wait.TIMERFD_SETTIME),
          Map.entry("timer_settime", Wait.TIMER_SETTIME),
          Map.entry("syscall", Wait.SYSCALL));

  private record Library(Path file, long base, ElfImage elf) {}

  private final Dump dump;
  private final ProcessMemory memory;
  private final Origin origin;
  private final PlanWriter plan;
  private final Map<Long, Integer> indexes = new HashMap<>();

  /** The slots by address, because the restorer changes neighbours together. */
  private final TreeMap<Long, PlanSlot> slots = new TreeMap<>();

  WrappedFunctions(Dump dump, ProcessMemory memory, Origin origin, PlanWriter plan) {
    this.dump = dump;
    this.memory = memory;
    this.origin = origin;
    this.plan = plan;
  }

  void find() throws IOException, ImageException {
    List<Library> libraries = libraries();
    for (Library library : libraries) {
      if (LIBRARIES.matcher(library.file().toString()).matches()) {
        addFunctions(library);
      }
    }
    for (Library library : libraries) {
      addPointers(library);
    }
    for (PlanSlot slot : slots.values()) {
      plan.add(slot);
    }
  }

  private List<Library> libraries() throws IOException, ImageException {
    Set<String> seen = new HashSet<>();
    List<Library> libraries = new ArrayList<>();
    for (Mapping mapping : dump.mappings()) {
      if (!mapping.isFile()
          || mapping.isMemfd()
          || (mapping.prot() & PROT_EXEC) == 0
          || origin.isRestorers(mapping)) {
        continue;
      }
      String name = memory.nameOf(mapping);
      Path file = Path.of(name);
      if (seen.add(name) && ElfImage.isElf(file)) {
        libraries.add(new Library(file, memory.baseOf(name), ElfImage.of(file)));
      }
    }
    return libraries;
  }

  /**
   * Adds the functions of a library. Several versions of one symbol are usually the same function.
   */
  private void addFunctions(Library library) throws IOException, ImageException {
    for (ElfImage.Symbol symbol : library.elf().functions()) {
      Wait wait = WAITS.get(symbol.name());
      if (wait == null) {
        continue;
      }
      long address = library.base() + symbol.value();
      if (!indexes.containsKey(address)) {
        if (indexes.size() == PlanFunction.MOST) {
          throw new ImageException("the C library has more timed waits than an image can hold");
        }
        indexes.put(address, plan.add(new PlanFunction(address, wait)));
      }
      add(library.base() + symbol.valueAt(), library.base());
    }
  }

  private void addPointers(Library library) throws IOException, ImageException {
    for (ElfImage.Pointer pointer : library.elf().pointers()) {
      if (WAITS.containsKey(pointer.symbol())) {
        add(library.base() + pointer.at(), 0);
      }
    }
  }

  /** Adds a word if it leads to a known function, directly or through an older wrapper. */
  private void add(long address, long base) throws IOException, ImageException {
    Mapping page = memory.mappingAt(address);
    if (page == null || page.isShared()) {
      return;
    }
    Integer function = indexes.get(origin.functionBehind(memory.readLong(address) + base));
    if (function != null) {
      slots.put(address, new PlanSlot(address, base, function, page.prot()));
    }
  }
}
