package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.image.EqualityPlan.PlanThread;
import crjvm.it.image.EqualityPlan.TidWord;
import crjvm.it.image.EqualitySnapshot.Area;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
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
final class EqualityComparison {
  /** The start of the restorer's own addresses: launcher/restorer/x86_64/addresses.h. */
  private static final long OWN_START = 0x510000000000L;

  private static final long OWN_END = OWN_START + 0x100000000L;

  private static final long DEADLINES = OWN_START + 0xa000000L;

  /** The bytes below the stack pointer that functions may use. */
  private static final int RED_ZONE = 128;

  /**
   * The most bytes that the restorer uses of a thread's stack: XSAVE state up to PKRU (2696 bytes),
   * the kernel's struct ucontext (304), their alignment, and 1024 for the restorer's last calls.
   */
  private static final int FRAME = 4200;

  private static final long SECOND = 1_000_000_000L;
  private static final int STUB_SIZE = 12;
  private static final String WATCH = "64 51000800[0-9a-f]{4} .*";
  private static final int REPORTED = 40;

  private final EqualityPlan plan;
  private final EqualitySnapshot criu;
  private final EqualitySnapshot ours;

  /** Content that the restorer is to write in place of CRIU's, by address, within one page. */
  private final NavigableMap<Long, byte[]> replaced = new TreeMap<>();

  /** Spans without a prediction: end by start. */
  private final NavigableMap<Long, Long> ignored = new TreeMap<>();

  /** Spans that may be zero in our process instead: end by start. */
  private final NavigableMap<Long, Long> leftOut = new TreeMap<>();

  private long differing;

  EqualityComparison(EqualityPlan plan, EqualitySnapshot criu, EqualitySnapshot ours) {
    this.plan = plan;
    this.criu = criu;
    this.ours = ours;
  }

  // --- threads ---------------------------------------------------------------------------------

  /** Compares everything of a thread except its id, which is a new one. */
  void compareThreads() {
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

  void compareProcess() {
    // The agent, which has not run yet, removes the handler of the restorer's timer.
    assertThat(ours.actions().stream().map(action -> action.replaceAll(WATCH, "64 0 0 0 0")))
        .as("signal actions")
        .containsExactlyElementsOf(criu.actions());
    assertThat(ours.layout()).as("memory layout").isEqualTo(criu.layout());
  }

  // --- areas -----------------------------------------------------------------------------------

  /**
   * Compares the mappings. Neighbours with the same attributes count as one, because the image's
   * own memory file is meant to lie below some of them.
   */
  void compareAreas() {
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

  private static boolean isOwn(Area area) {
    return area.isIn(OWN_START, OWN_END);
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
    List<Area> own = ours.areas().stream().filter(EqualityComparison::isOwn).toList();
    assertThat(own).filteredOn(EqualityComparison::isKernels).isNotEmpty();
    List<Area> kept = own.stream().filter(area -> !isKernels(area)).toList();
    assertThat(kept)
        .filteredOn(area -> area.name().endsWith("/crjvm-restore"))
        .extracting(Area::attributes)
        .containsExactly("r-xp", "r--p");
    assertThat(kept)
        .filteredOn(area -> area.name().isEmpty())
        .allMatch(area -> area.start() == DEADLINES && area.attributes().equals("r--p"));
    assertThat(kept)
        .allMatch(area -> area.name().isEmpty() || area.name().endsWith("/crjvm-restore"))
        .allMatch(area -> area.end() - area.start() <= 2 * EqualitySnapshot.PAGE);
  }

  private static boolean isKernels(Area area) {
    return area.name().startsWith("[v");
  }

  // --- memory ----------------------------------------------------------------------------------

  /** Compares every byte. */
  void compareMemory() {
    expectThreadIds();
    expectDeadlines();
    expectSlots();
    expectStubs();
    ignoreDeadMemory();
    List<String> differences = new ArrayList<>();
    differing = 0;
    Set<Long> pages = new TreeSet<>(criu.pages());
    pages.addAll(ours.pages());
    pages.removeIf(page -> page >= OWN_START && page < OWN_END);
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

  /** Expects zeroes in place of the dumped vDSO, and {@code mov $function, %rax; jmp *%rax}. */
  private void expectStubs() {
    for (long address : plan.stubs()) {
      byte[] stub = ours.read(address, STUB_SIZE);
      assertThat(new byte[] {stub[0], stub[1], stub[10], stub[11]})
          .as("stub at %x", address)
          .containsExactly(0x48, 0xb8, 0xff, 0xe0);
      Area target = ours.areaAt(ours.readLong(address + 2));
      assertThat(target).matches(area -> isOwn(area) && area.isExecutable());
      replaced.put(address, stub);
    }
  }

  /**
   * Leaves out memory whose content does not matter. The kernel took the registers out of signal
   * frames below the stack, where no data has to last; whole pages there are not in the image. The
   * kernel also writes some words whenever a thread gets a processor.
   */
  private void ignoreDeadMemory() {
    for (Map<String, String> thread : ours.threads()) {
      long top = Long.parseUnsignedLong(thread.get("rsp"), 16) - RED_ZONE;
      ignored.put(top - FRAME, top);
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
