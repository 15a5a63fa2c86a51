package crjvm.image.compile.thread;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.plan.PlanTid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that held locks are found in memory, and that other words are left alone. */
class LockScannerTest {
  private static final int PAGE = 4096;
  private static final long ADDRESS = 0x7f0000000000L;
  private static final long HIGHEST = (1L << 47) - 1;
  private static final int HOLDER = 4712;

  private static final List<Integer> IDS = List.of(1, 2, 5, 11, 4711, HOLDER, 4719);

  private final ByteBuffer content = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);

  private List<PlanTid> found() {
    List<PlanTid> found = new ArrayList<>();
    new LockScanner(IDS, HIGHEST, found::add).visit(ADDRESS, content, PAGE);
    return found;
  }

  /** Returns what is found if the content is looked at in two parts. */
  private List<PlanTid> foundInParts(int border) {
    List<PlanTid> found = new ArrayList<>();
    LockScanner scanner = new LockScanner(IDS, HIGHEST, found::add);
    ByteBuffer first = content.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(border + 64);
    scanner.visit(ADDRESS, first, border);
    ByteBuffer second = content.slice(border, PAGE - border).order(ByteOrder.LITTLE_ENDIAN);
    scanner.visit(ADDRESS + border, second, PAGE - border);
    return found;
  }

  private void put(int at, int... words) {
    for (int i = 0; i < words.length; i++) {
      content.putInt(at + i * Integer.BYTES, words[i]);
    }
  }

  @Test
  void mutexesThatKnowTheirHolderAreFound() {
    put(64, 1, 2, HOLDER, 1, 1); // recursive, held twice
    put(128, 2, 0, HOLDER, 1, 2); // error-checking, and somebody waits
    assertThat(found())
        .containsExactly(new PlanTid(ADDRESS + 72, 5), new PlanTid(ADDRESS + 136, 5));
  }

  @Test
  void mutexesThatTheKernelKnowsHaveTheIdTwice() {
    put(64, HOLDER, 1, HOLDER, 1, 2 | 16, 0, 0x1000f0, 0x7f00, 0x1000f1, 0x7f00);
    put(128, HOLDER, 0, HOLDER, 1, 32);
    assertThat(found())
        .extracting(PlanTid::address)
        .containsExactly(ADDRESS + 72, ADDRESS + 64, ADDRESS + 136, ADDRESS + 128);
  }

  @Test
  void mutexesThatAThreadWaitsForHaveABitBesideTheId() {
    int waited = HOLDER | 1 << 31;
    put(64, waited, 0, HOLDER, 1, 2 | 16, 0, 0x1000f0, 0x7f00, 0x1000f0, 0x7f00);
    put(128, waited, 0, HOLDER, 1, 32);
    put(192, HOLDER | 1 << 30, 0, HOLDER, 1, 32); // its holder has died
    assertThat(found())
        .extracting(PlanTid::address)
        .containsExactly(ADDRESS + 72, ADDRESS + 64, ADDRESS + 136, ADDRESS + 128);
  }

  @Test
  void writersAreFound() {
    put(64, 3, 1, 1, 1, 0, 0, HOLDER, 0, 0, 0, 0, 0, 2);
    assertThat(found()).containsExactly(new PlanTid(ADDRESS + 88, 5));
  }

  @Test
  void whatOnlyHasTheNumberIsLeftAlone() {
    put(0, HOLDER, HOLDER, HOLDER, HOLDER); // too little space before it
    put(64, 1, 0, HOLDER, 1, 0); // a plain mutex, whose holder nobody checks
    put(128, 0, 0, HOLDER, 1, 1); // recursive, but not locked
    put(192, 1, 2, 4713, 1, 1); // held by no thread of the process
    put(256, 1, 1, HOLDER, 1, 0x4001); // not a kind of mutex
    put(320, 3, 1, 1, 1, 7, 0, HOLDER, 0, 0, 0, 0, 0, 2);
    assertThat(found()).isEmpty();
  }

  /** Uses ids as in a container. The words are from the memory of JVMs that held no lock there. */
  @Test
  void smallNumbersAreLeftAlone() {
    put(64, 1, 2, 2, 1, 1, 1, 2, 2, 1, 1);
    put(128, 2, 2, 1, 1, 1, 0, 0, 1, 2, 1);
    put(192, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0);
    put(256, 11, 1, 11, 1, 2 | 16, 0, 1, 0, 1, 0);
    put(320, 0xd0f50807, 0, 1, -1, 0, 0, 5, 0, 0x1550, 0x16, 0, 0, 0, 0);
    put(384, 11, 10, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0);
    put(512, 3, 3, 3, 3, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0);
    put(448, 0x283, 0, 3, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0);
    assertThat(found()).isEmpty();
  }

  @Test
  void smallIdsOfLocksAreFound() {
    put(64, 1, 1, 2, 1, 1, 0, 0, 0, 0, 0);
    put(128, 3 | 1 << 3, 1, 3, 3, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0);
    assertThat(found())
        .containsExactly(new PlanTid(ADDRESS + 72, 1), new PlanTid(ADDRESS + 152, 3));
  }

  /** Finds a lock at the end of a page whose next page is zero and was not stored. */
  @Test
  void whatIsNotStoredIsZero() {
    put(PAGE - 32, 3, 1, 1, 1, 0, 0, HOLDER, 0);
    assertThat(found()).containsExactly(new PlanTid(ADDRESS + PAGE - 8, 5));
  }

  @Test
  void locksAreFoundOnceWhereverTheContentIsCut() {
    put(64, 1, 2, HOLDER, 1, 1);
    put(128, HOLDER, 1, HOLDER, 1, 2 | 16, 0, 0x1000f0, 0x7f00, 0x1000f1, 0x7f00);
    put(192, 3, 1, 1, 1, 0, 0, HOLDER, 0, 0, 0, 0, 0, 2);
    put(256, 3, 1, 1, 1, 0, 0, HOLDER, 0, 0, 0, 0, 0, 7); // no lock has such flags
    for (int border = 8; border <= 320; border += 8) {
      assertThat(foundInParts(border))
          .as("cut at %d", border)
          .extracting(tid -> tid.address() - ADDRESS)
          .containsExactly(72L, 136L, 128L, 216L);
    }
  }
}
