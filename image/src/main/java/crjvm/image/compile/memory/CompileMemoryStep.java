package crjvm.image.compile.memory;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.Pages;
import crjvm.image.jvm.FreeHeap;
import crjvm.image.jvm.JavaStacks;
import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanCopy;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays out the memory. Regions that are proven safe are mapped from the memory file, so that pages
 * are loaded when they are touched. The file parts of file mappings come from their files.
 * Everything else is copied, because its owner may use it in ways that a file mapping does not
 * support (MADV_DONTNEED that must give zeroes, mremap past the end, growth downwards).
 */
public final class CompileMemoryStep {
  private static final int MAP_LOCKED = 0x2000;
  private static final int MAP_STACK = 0x20000;

  /**
   * The largest gap between stored pages that becomes part of one mapping. Mappings cost time,
   * holes cost nothing.
   */
  private static final long MERGED_GAP = 64L * Pages.PAGE;

  /** The regions that may contain objects of native code. */
  private static final Set<RegionKind> NATIVE =
      EnumSet.of(RegionKind.MALLOC_ARENA, RegionKind.BRK, RegionKind.FILE_PAGES);

  // The kernel's numbers of the kinds of advice.
  private static final int MADV_RANDOM = 1;
  private static final int MADV_SEQUENTIAL = 2;
  private static final int MADV_DONTFORK = 10;
  private static final int MADV_MERGEABLE = 12;
  private static final int MADV_HUGEPAGE = 14;
  private static final int MADV_NOHUGEPAGE = 15;
  private static final int MADV_DONTDUMP = 16;

  private static final Map<Integer, Integer> ADVICE =
      Map.ofEntries(
          Map.entry(MADV_RANDOM, PlanArea.ADVICE_RANDOM),
          Map.entry(MADV_SEQUENTIAL, PlanArea.ADVICE_SEQUENTIAL),
          Map.entry(MADV_DONTFORK, PlanArea.ADVICE_NO_FORK),
          Map.entry(MADV_MERGEABLE, PlanArea.ADVICE_MERGEABLE),
          Map.entry(MADV_HUGEPAGE, PlanArea.ADVICE_HUGE_PAGES),
          Map.entry(MADV_NOHUGEPAGE, PlanArea.ADVICE_NO_HUGE_PAGES),
          Map.entry(MADV_DONTDUMP, PlanArea.ADVICE_NO_DUMP),
          Map.entry(Mapping.MADV_WIPEONFORK, PlanArea.ADVICE_WIPE_ON_FORK));

  private final Dump dump;
  private final Origin origin;
  private final FileProtection protection;
  private final Pages pages;
  private final PlanWriter plan;
  private final MemoryFile memory;
  private final ObjectTable objects;
  private final List<Region> regions;
  private final List<JavaStacks.Part> unused;
  private final FreeHeap freeHeap;
  private final MemoryFile.Visitor nativePages;
  private final MemoryFile.Visitor changedPages;
  private final RegionTotals totals;
  private final List<Mapping> guards;

  /** The last area, which is not in the plan yet because the next one may continue it. */
  private PlanArea last;

  /**
   * Prepares the layout of the memory.
   *
   * @param origin knows the memory that an earlier restore has left in the process
   * @param protection completes the protection of code
   * @param regions memory that is safe to map, disjoint
   * @param unused parts of stacks whose contents nobody reads
   * @param freeHeap the part of the Java heap that is left out
   * @param totals counts what happens to each kind of memory
   * @param nativePages sees every writable page that may contain objects of native code
   * @param changedPages sees every writable page of a mapped file that the process has changed
   */
  public CompileMemoryStep(
      Dump dump,
      Origin origin,
      FileProtection protection,
      Pages pages,
      PlanWriter plan,
      MemoryFile memory,
      ObjectTable objects,
      List<Region> regions,
      List<JavaStacks.Part> unused,
      FreeHeap freeHeap,
      RegionTotals totals,
      MemoryFile.Visitor nativePages,
      MemoryFile.Visitor changedPages) {
    this.dump = dump;
    this.origin = origin;
    this.protection = protection;
    this.pages = pages;
    this.plan = plan;
    this.memory = memory;
    this.objects = objects;
    this.regions = regions.stream().sorted(Comparator.comparingLong(Region::start)).toList();
    this.unused = unused;
    this.freeHeap = freeHeap;
    this.totals = totals;
    this.guards =
        dump.mappings().stream()
            .filter(Mapping::isGuard)
            .sorted(Comparator.comparingLong(Mapping::start))
            .toList();
    this.nativePages = nativePages;
    this.changedPages = changedPages;
  }

  public void run() throws IOException, ImageException {
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isKernelOwned()
          || mapping.isVdso()
          || mapping.isGuard()
          || origin.isRestorers(mapping)) {
        continue;
      }
      if (mapping.obstacle() != null) {
        throw new ImageException(
            "memory at "
                + Long.toHexString(mapping.start())
                + " can't be in an image: "
                + mapping.obstacle());
      }
      compile(protection.complete(mapping));
    }
    addLast();
  }

  private void compile(Mapping mapping) throws IOException, ImageException {
    if (mapping.isSharedAnonymous()) {
      long size = sharedSize(mapping.fileId());
      area(
          mapping,
          mapping.start(),
          mapping.end(),
          objects.ofSharedAnonymous(mapping.fileId(), size),
          mapping.offset());
    } else if (mapping.isFile() || mapping.isMemfd()) {
      compileFile(mapping);
    } else {
      compileAnonymous(mapping);
    }
  }

  private long sharedSize(long shmid) {
    long size = 0;
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isSharedAnonymous() && mapping.fileId() == shmid) {
        size = Math.max(size, mapping.offset() + mapping.length());
      }
    }
    return size;
  }

  private void compileFile(Mapping mapping) throws IOException, ImageException {
    int object = objects.ofMapping(mapping);
    long at = mapping.start();
    if (!mapping.isShared()) {
      for (Pages.Run run : pages.within(mapping.start(), mapping.end())) {
        area(mapping, at, run.start(), object, mapping.offset() + at - mapping.start());
        // These are pages that the process changed. Zeroes are content, too, because there is a
        // file below them.
        long offset =
            memory.store(
                pages, List.of(run), run.start(), run.end(), ifWritable(mapping, changedPages));
        area(mapping, run.start(), run.end(), objects.memoryFile(), offset);
        totals.addMapped("files", run.length(), 0);
        at = run.end();
      }
    }
    area(mapping, at, mapping.end(), object, mapping.offset() + at - mapping.start());
  }

  private void compileAnonymous(Mapping mapping) throws IOException, ImageException {
    if (mapping.isWiped()) {
      area(mapping, mapping.start(), mapping.end(), PlanArea.ANONYMOUS, 0);
      for (Pages.Run run : pages.within(mapping.start(), mapping.end())) {
        totals.addCopied(titleOf(mapping), 0, run.length());
      }
      return;
    }
    long at = mapping.start();
    for (Region region : regions) {
      long start = Math.max(at, region.start());
      long end = Math.min(mapping.end(), region.end());
      if (start < end && !mapping.growsDown()) {
        copied(mapping, at, start);
        mapped(mapping, start, end, region.kind());
        at = end;
      }
    }
    copied(mapping, at, mapping.end());
  }

  private void copied(Mapping mapping, long start, long end) throws IOException, ImageException {
    area(mapping, start, end, PlanArea.ANONYMOUS, 0);
    for (Pages.Run run : pages.within(start, end)) {
      long copied = 0;
      for (Pages.Run used : JavaStacks.without(run, unused)) {
        for (Pages.Run part : MemoryFile.nonZero(pages, used)) {
          long offset =
              memory.store(
                  pages, List.of(part), part.start(), part.end(), ifWritable(mapping, nativePages));
          plan.add(new PlanCopy(part.start(), part.length(), offset));
          copied += part.length();
        }
      }
      totals.addCopied(titleOf(mapping), copied, run.length() - copied);
    }
  }

  private void mapped(Mapping mapping, long start, long end, RegionKind kind)
      throws IOException, ImageException {
    MemoryFile.Visitor visitor =
        NATIVE.contains(kind) ? ifWritable(mapping, nativePages) : MemoryFile.NOBODY;
    List<Pages.Run> parts = new ArrayList<>();
    long dumped = 0;
    for (Pages.Run run : pages.within(start, end)) {
      List<Pages.Run> used =
          kind == RegionKind.HEAP ? freeHeap.memory().outside(run) : List.of(run);
      for (Pages.Run part : used) {
        parts.addAll(MemoryFile.nonZero(pages, part));
      }
      dumped += run.length();
      totals.addFree(run.length() - used.stream().mapToLong(Pages.Run::length).sum());
    }
    long at = start;
    for (List<Pages.Run> group : groupByGap(parts)) {
      long groupStart = group.get(0).start();
      long groupEnd = group.get(group.size() - 1).end();
      area(mapping, at, groupStart, PlanArea.ANONYMOUS, 0);
      long offset = memory.store(pages, group, groupStart, groupEnd, visitor);
      area(mapping, groupStart, groupEnd, objects.memoryFile(), offset);
      at = groupEnd;
    }
    area(mapping, at, end, PlanArea.ANONYMOUS, 0);
    long mapped = parts.stream().mapToLong(Pages.Run::length).sum();
    totals.addMapped(kind.title(), mapped, dumped - mapped);
  }

  /**
   * Returns the visitor if the mapping is writable. Nobody writes a thread's id to read-only
   * memory, and a restore could not change it there.
   */
  private static MemoryFile.Visitor ifWritable(Mapping mapping, MemoryFile.Visitor visitor) {
    return mapping.isWritable() ? visitor : MemoryFile.NOBODY;
  }

  private static List<List<Pages.Run>> groupByGap(List<Pages.Run> parts) {
    List<List<Pages.Run>> groups = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (Pages.Run part : parts) {
      if (groups.isEmpty() || part.start() - end > MERGED_GAP) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(part);
      end = part.end();
    }
    return groups;
  }

  /**
   * Adds an area to the plan. Guards lie inside a mapping, which the kernel continues to see as
   * one.
   */
  private void area(Mapping mapping, long start, long end, int object, long offset) {
    long at = start;
    for (Mapping guard : guards) {
      long from = Math.max(at, guard.start());
      long to = Math.min(end, guard.end());
      if (from < to) {
        part(mapping, at, from, object, offset + at - start, 0);
        part(mapping, from, to, object, offset + from - start, PlanArea.ADVICE_GUARD);
        at = to;
      }
    }
    part(mapping, at, end, object, offset + at - start, 0);
  }

  private void part(
      Mapping mapping, long start, long end, int object, long offset, int moreAdvice) {
    if (start >= end) {
      return;
    }
    int flags = 0;
    flags |= mapping.isShared() ? PlanArea.SHARED : 0;
    flags |= mapping.growsDown() ? PlanArea.GROWS_DOWN : 0;
    flags |= mapping.isNoReserve() ? PlanArea.NO_RESERVE : 0;
    flags |= (mapping.flags() & MAP_STACK) != 0 ? PlanArea.STACK : 0;
    flags |= (mapping.flags() & MAP_LOCKED) != 0 ? PlanArea.LOCKED : 0;
    flags |= mapping.isDroppable() ? PlanArea.DROPPABLE : 0;
    int advice = advice(mapping) | moreAdvice;
    long at = object == PlanArea.ANONYMOUS ? 0 : offset;
    PlanArea area = new PlanArea(start, end - start, at, object, mapping.prot(), flags, advice);
    if (last != null && last.isContinuedBy(area)) {
      last = last.with(area);
      return;
    }
    addLast();
    last = area;
  }

  private void addLast() {
    if (last != null) {
      plan.add(last);
      last = null;
    }
  }

  private static int advice(Mapping mapping) {
    int advice = 0;
    for (Map.Entry<Integer, Integer> each : ADVICE.entrySet()) {
      advice |= mapping.hasAdvice(each.getKey()) ? each.getValue() : 0;
    }
    return advice;
  }

  private String titleOf(Mapping mapping) {
    long brk = dump.mm().getStartBrk();
    if (mapping.start() >= brk && mapping.start() < dump.mm().getBrk()) {
      return "malloc (brk)";
    }
    return mapping.growsDown() ? "stacks" : "other";
  }
}
