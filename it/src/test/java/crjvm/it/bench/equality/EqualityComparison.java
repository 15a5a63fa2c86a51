package crjvm.it.bench.equality;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.equality.EqualityPlan.PlanThread;
import crjvm.it.bench.equality.EqualityPlan.TidWord;
import crjvm.it.bench.equality.EqualitySnapshot.Area;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Compares the process that crjvm-restore has become with the one that CRIU has made. The permitted
 * differences are derived from CRIU's process and the plan, value by value. {@link
 * #ignoreDeadMemory} names the memory without a prediction, which neither process reads.
 */
public final class EqualityComparison {
  /** The bytes of the restorer's own addresses. */
  private static final long OWN_SIZE = 0x100000000L;

  // Offsets from their start: launcher/restorer/x86_64/addresses.h, and that of aarch64/.
  private static final long KEPT = 0x8000000L;
  private static final long DEADLINES = 0xa000000L;

  private static final long SECOND = 1_000_000_000L;

  /** The number of the signal of the restorer's timer, at the beginning of its line. */
  private static final String WATCH = "64 ";

  private static final int REPORTED = 40;

  private final EqualityPlan plan;
  private final EqualityProcessor processor;
  private final EqualitySnapshot criu;
  private final EqualitySnapshot ours;

  /** Content that the restorer is to write in place of CRIU's, by address, within one page. */
  private final NavigableMap<Long, byte[]> replaced = new TreeMap<>();

  /** Spans without a prediction: end by start. */
  private final NavigableMap<Long, Long> ignored = new TreeMap<>();

  /** Spans that may be zero in our process instead: end by start. */
  private final NavigableMap<Long, Long> leftOut = new TreeMap<>();

  private long differing;

  private EqualityComparison(EqualityPlan plan, EqualitySnapshot criu, EqualitySnapshot ours) {
    this.plan = plan;
    this.processor = plan.processor();
    this.criu = criu;
    this.ours = ours;
  }

  /**
   * Compares everything.
   *
   * @param image the image
   * @param criu the folder that the program snapshot.c has filled with CRIU's process
   * @param ours the same for the process that crjvm-restore has become
   */
  public static void compare(Path image, Path criu, Path ours) throws IOException {
    EqualityComparison comparison =
        new EqualityComparison(
            EqualityPlan.of(image), EqualitySnapshot.of(criu), EqualitySnapshot.of(ours));
    comparison.compareThreads();
    comparison.compareProcess();
    comparison.compareAreas();
    comparison.compareMemory();
  }

  // --- threads ---------------------------------------------------------------------------------

  /** Compares everything of a thread except its id, which is a new one. */
  private void compareThreads() {
    List<PlanThread> planned = plan.threads();
    assertThat(criu.threads()).hasSameSizeAs(planned);
    assertThat(ours.threads()).hasSameSizeAs(planned);
    Map<String, Map<String, String>> byTid = new LinkedHashMap<>();
    criu.threads().forEach(thread -> byTid.put(thread.get("tid"), thread));
    for (int i = 0; i < planned.size(); i++) {
      Map<String, String> expected = new TreeMap<>(byTid.get("" + planned.get(i).tid()));
      expected.put("tid", ours.threads().get(i).get("tid"));
      assertThat(ours.threads().get(i))
          .as("thread %d, %s", planned.get(i).tid(), expected.get("name"))
          .isEqualTo(expected);
    }
  }

  private void compareProcess() {
    assertThat(ours.actions().stream().map(this::withoutWatch))
        .as("signal actions")
        .containsExactlyElementsOf(criu.actions());
    assertThat(ours.layout()).as("memory layout").isEqualTo(criu.layout());
  }

  /** The agent, which has not run yet, removes the handler of the restorer's timer. */
  private String withoutWatch(String action) {
    if (!action.startsWith(WATCH)) {
      return action;
    }
    long handler = Long.parseUnsignedLong(action.split(" ", -1)[1], 16);
    long into = handler - (processor.ownStart() + KEPT);
    boolean isWatch = into >= 0 && into < EqualitySnapshot.PAGE;
    return isWatch ? WATCH + "0 0 0 0" : action;
  }

  // --- areas -----------------------------------------------------------------------------------

  /**
   * Compares the mappings. Neighbours with the same attributes count as one, because the image's
   * own memory file is meant to lie below some of them.
   */
  private void compareAreas() {
    assertThat(merged(ours, area -> !isOwn(area) && !isVdso(area)))
        .as("mappings")
        .isEqualTo(merged(criu, area -> !isVdso(area)));
    compareVdsoArea();
    compareOwnAreas();
  }

  private static List<String> merged(EqualitySnapshot of, Predicate<Area> chosen) {
    List<Area> merged = new ArrayList<>();
    for (Area area : of.areas().stream().filter(chosen).toList()) {
      Area last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null
          && last.end() == area.start()
          && last.attributes().equals(area.attributes())) {
        merged.set(merged.size() - 1, new Area(last.start(), area.end(), area.attributes(), ""));
      } else {
        merged.add(area);
      }
    }
    return merged.stream().map(Area::withoutName).toList();
  }

  private boolean isVdso(Area area) {
    return area.isIn(plan.vdsoStart(), plan.vdsoEnd());
  }

  private boolean isOwn(Area area) {
    return area.isIn(processor.ownStart(), processor.ownStart() + OWN_SIZE);
  }

  /**
   * Compares the area of the vDSO. CRIU puts the kernel's vDSO there again. The restorer can't
   * write into the kernel's vDSO, so it keeps that elsewhere, and puts stubs there that continue
   * the clock.
   */
  private void compareVdsoArea() {
    Area stubs = new Area(plan.vdsoStart(), plan.vdsoEnd(), "r-xp", "");
    assertThat(ours.areas().stream().filter(this::isVdso)).as("stubs").containsExactly(stubs);
    assertThat(criu.areas().stream().filter(this::isVdso)).allMatch(area -> isKernels(area));
  }

  /**
   * Checks the restorer's own areas: the kernel's vDSO and its data, some code and a page of data
   * of the restorer, and the deadlines that were turned back. None of them is writable.
   */
  private void compareOwnAreas() {
    List<Area> own = ours.areas().stream().filter(this::isOwn).toList();
    assertThat(own).filteredOn(EqualityComparison::isKernels).isNotEmpty();
    List<Area> kept = own.stream().filter(area -> !isKernels(area)).toList();
    assertThat(kept)
        .filteredOn(area -> area.name().endsWith("/crjvm-restore"))
        .extracting(Area::attributes)
        .containsExactly("r-xp", "r--p");
    assertThat(kept)
        .filteredOn(area -> area.name().isEmpty())
        .allMatch(
            area ->
                area.start() == processor.ownStart() + DEADLINES
                    && area.attributes().equals("r--p"));
    assertThat(kept)
        .allMatch(area -> area.name().isEmpty() || area.name().endsWith("/crjvm-restore"))
        .allMatch(area -> area.end() - area.start() <= 2 * EqualitySnapshot.PAGE);
  }

  private static boolean isKernels(Area area) {
    return area.name().startsWith("[v");
  }

  // --- memory ----------------------------------------------------------------------------------

  /** Compares every byte. */
  private void compareMemory() {
    expectThreadIds();
    expectDeadlines();
    expectSlots();
    expectStubs();
    ignoreDeadMemory();
    List<String> differences = new ArrayList<>();
    differing = 0;
    Set<Long> pages = new TreeSet<>(criu.pages());
    pages.addAll(ours.pages());
    pages.removeIf(page -> page >= processor.ownStart() && page < processor.ownStart() + OWN_SIZE);
    for (long page : pages) {
      comparePage(page, differences);
    }
    assertThat(differences).as("words of memory (%d) that differ", differing).isEmpty();
  }

  private void comparePage(long page, List<String> differences) {
    ByteBuffer expected = wrap(criu.page(page));
    ByteBuffer actual = wrap(ours.page(page));
    if (expected.equals(actual) || isFreeHeap(page, actual)) {
      return;
    }
    long end = page + EqualitySnapshot.PAGE;
    replaced
        .subMap(page, end)
        .forEach((address, content) -> expected.put((int) (address - page), content));
    for (int at = 0; at < EqualitySnapshot.PAGE; at += Integer.BYTES) {
      boolean isLeftOut = actual.getInt(at) == 0 && isIn(leftOut, page + at);
      if (expected.getInt(at) != actual.getInt(at) && !isIn(ignored, page + at) && !isLeftOut) {
        differing++;
        if (differences.size() < REPORTED) {
          differences.add(describe(page + at, expected.getInt(at), actual.getInt(at)));
        }
      }
    }
  }

  /**
   * Returns whether a page is left out of the image because no object lies in it. FreeHeapIT looks
   * at such pages.
   */
  private boolean isFreeHeap(long page, ByteBuffer actual) {
    Area area = criu.areaAt(page);
    boolean isHeap = plan.isHeap(page) || area != null && area.name().contains("java_heap");
    return isHeap && actual.equals(ByteBuffer.allocate(EqualitySnapshot.PAGE));
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean isIn(NavigableMap<Long, Long> spans, long address) {
    Map.Entry<Long, Long> span = spans.floorEntry(address);
    return span != null && address < span.getValue();
  }

  private String describe(long address, int expected, int actual) {
    return String.format(
        "%x: %08x in CRIU's process and %08x in ours, in %s, here %s",
        address, expected, actual, criu.areaAt(address), ours.areaAt(address));
  }

  private void expect(long address, long value) {
    replaced.put(address, wrap(new byte[Long.BYTES]).putLong(value).array());
  }

  /** Expects the new thread ids in the copies that HotSpot and glibc keep. */
  private void expectThreadIds() {
    List<PlanThread> threads = plan.threads();
    List<TidWord> words = new ArrayList<>(plan.tids());
    for (int i = 0; i < threads.size(); i++) {
      words.add(new TidWord(threads.get(i).clearTidAddress(), i));
    }
    for (TidWord word : words) {
      assertThat(criu.readInt(word.address()))
          .as("thread id at %x", word.address())
          .isEqualTo(threads.get(word.thread()).tid());
      int tid = Integer.parseInt(ours.threads().get(word.thread()).get("tid"));
      replaced.put(word.address(), wrap(new byte[Integer.BYTES]).putInt(tid).array());
    }
  }

  /**
   * Expects moved deadlines. Threads wait by the clock that the application sees, and the kernel
   * uses its own. So the restorer moves all deadlines by the same time, but not before 0.
   */
  private void expectDeadlines() {
    Set<Long> shifts = new HashSet<>();
    for (long address : plan.deadlines()) {
      long shift = time(ours, address) - time(criu, address);
      if (time(ours, address) != 0 && shift != 0) {
        shifts.add(shift);
      }
      expect(address, ours.readLong(address));
      expect(address + Long.BYTES, ours.readLong(address + Long.BYTES));
    }
    assertThat(shifts).as("shifts of the deadlines").hasSizeLessThanOrEqualTo(1);
  }

  private static long time(EqualitySnapshot snapshot, long address) {
    return snapshot.readLong(address) * SECOND + snapshot.readLong(address + Long.BYTES);
  }

  /**
   * Expects that calls of functions with absolute times go through the restorer's code, because the
   * clocks differ.
   */
  private void expectSlots() {
    for (EqualityPlan.Slot slot : plan.slots()) {
      long address = slot.address();
      Area target = ours.areaAt(ours.readLong(address) + slot.base());
      assertThat(target).as("target of the slot at %x", address).matches(this::isRestorersCode);
      expect(address, ours.readLong(address));
    }
  }

  private boolean isRestorersCode(Area area) {
    return isOwn(area) && area.isExecutable() && !isKernels(area);
  }

  /** Expects zeroes in place of the dumped vDSO, and jumps to the running kernel's functions. */
  private void expectStubs() {
    for (long address : plan.stubs()) {
      byte[] stub = ours.read(address, EqualityProcessor.STUB);
      processor
          .target(stub)
          .ifPresent(
              target ->
                  assertThat(ours.areaAt(target))
                      .as("target of the stub at %x", address)
                      .matches(area -> isOwn(area) && area.isExecutable()));
      replaced.put(address, Arrays.copyOf(stub, processor.stubSize(stub)));
    }
  }

  /**
   * Leaves out memory whose content does not matter. The kernel took the registers out of signal
   * frames below the stack, where no data has to last; whole pages there are not in the image. The
   * kernel also writes some words whenever a thread gets a processor.
   */
  private void ignoreDeadMemory() {
    for (Map<String, String> thread : ours.threads()) {
      long top = Long.parseUnsignedLong(thread.get("sp"), 16) - processor.redZone();
      ignored.put(top - processor.frame(), top);
      leftOut.put(ours.areaAt(top).start(), top & -EqualitySnapshot.PAGE);
    }
    for (PlanThread thread : plan.threads()) {
      long rseq = thread.rseqAddress();
      if (rseq != 0) {
        ignored.put(rseq, rseq + 8); // These are cpu_id_start and cpu_id; rseq_cs and flags follow.
        ignored.put(rseq + 20, rseq + 28); // These are node_id and mm_cid.
      }
    }
  }
}
