package crjvm.trial;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanCopy;
import crjvm.image.plan.PlanWorkingSet;
import crjvm.image.plan.PlanWorkingSet.Use;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;

/** Tests of the evaluation of a process's pages. */
class PageMapTest {
  private static final long PAGE = 4096;
  private static final long START = 0x7f0000000000L;

  private static SortedMap<Long, BitSet> pages(String uses) {
    BitSet written = new BitSet();
    for (int i = 0; i < uses.length(); i++) {
      written.set(i, uses.charAt(i) == 'w');
    }
    return new TreeMap<>(Map.of(START, written));
  }

  private static List<PlanWorkingSet> common(String first, String second) {
    return common(List.of(pages(first), pages(second)), area -> 2);
  }

  private static List<PlanWorkingSet> common(
      List<SortedMap<Long, BitSet>> runs, LongToIntFunction least) {
    return PageMap.set(PageMap.common(runs, least), new TreeMap<>());
  }

  @Test
  void neighboursAreOneRun() {
    assertThat(common("", "")).isEmpty();
    assertThat(common("....", "....")).isEmpty();
    assertThat(common("ww..w", "ww..w"))
        .containsExactly(
            new PlanWorkingSet(START, 2, Use.WRITE),
            new PlanWorkingSet(START + 4 * PAGE, 1, Use.WRITE));
  }

  @Test
  void whatWasWrittenOnceIsLeftOut() {
    assertThat(common("www.w", "..www"))
        .containsExactly(
            new PlanWorkingSet(START + 2 * PAGE, 1, Use.WRITE),
            new PlanWorkingSet(START + 4 * PAGE, 1, Use.WRITE));
    assertThat(common(List.of(pages("www"), new TreeMap<>()), area -> 2)).isEmpty();
  }

  @Test
  void whatManyWriteIsTaken() {
    List<SortedMap<Long, BitSet>> runs = List.of(pages("www"), pages("..ww"), pages("w.w"));
    assertThat(common(runs, area -> 2))
        .containsExactly(
            new PlanWorkingSet(START, 1, Use.WRITE),
            new PlanWorkingSet(START + 2 * PAGE, 1, Use.WRITE));
    assertThat(common(runs, area -> 1)).containsExactly(new PlanWorkingSet(START, 4, Use.WRITE));
  }

  @Test
  void howManyDependsOnTheArea() {
    long other = START + 16 * PAGE;
    SortedMap<Long, BitSet> both = pages("w");
    both.put(other, both.get(START));
    assertThat(common(List.of(both, new TreeMap<>()), area -> area == other ? 1 : 2))
        .containsExactly(new PlanWorkingSet(other, 1, Use.WRITE));
  }

  @Test
  void readPagesLieAroundTheWrittenOnes() {
    assertThat(PageMap.set(pages("..w"), pages("www")))
        .containsExactly(
            new PlanWorkingSet(START, 2, Use.READ),
            new PlanWorkingSet(START + 2 * PAGE, 1, Use.WRITE));
    assertThat(PageMap.set(pages("ww"), pages("..")))
        .containsExactly(new PlanWorkingSet(START, 2, Use.WRITE));
  }

  @Test
  void smallGapsAreReadWithTheirNeighbours() {
    assertThat(PageMap.set(new TreeMap<>(), pages("w........w")))
        .containsExactly(new PlanWorkingSet(START, 10, Use.READ));
    assertThat(PageMap.set(new TreeMap<>(), pages("w.........w")))
        .containsExactly(
            new PlanWorkingSet(START, 1, Use.READ),
            new PlanWorkingSet(START + 10 * PAGE, 1, Use.READ));
    assertThat(PageMap.set(pages("w"), pages("...w")))
        .containsExactly(
            new PlanWorkingSet(START, 1, Use.WRITE), new PlanWorkingSet(START + PAGE, 3, Use.READ));
  }

  @Test
  void nothingIsWrittenWhereNothingIsMapped() throws Exception {
    PlanArea nowhere = new PlanArea(0x1000, 0x2000, 0, PlanArea.ANONYMOUS, 3, 0, 0);
    assertThat(new PageMap(ProcessHandle.current().pid()).written(List.of(nowhere), List.of()))
        .allSatisfy((start, pages) -> assertThat(pages.isEmpty()).isTrue());
  }

  @Test
  void whatIsCopiedAnywayIsNotAskedFor() {
    PlanArea area = new PlanArea(START, 8 * PAGE, 0, PlanArea.ANONYMOUS, 3, 0, 0);
    BitSet written = new BitSet();
    written.set(0, 8);
    PlanCopy before = new PlanCopy(START - 2 * PAGE, 3 * PAGE, 0); // its last page is inside
    PlanCopy inside = new PlanCopy(START + 4 * PAGE, PAGE, 0);
    PlanCopy behind = new PlanCopy(START + 8 * PAGE, PAGE, 0);
    PageMap.clear(written, area, List.of(before, inside, behind));
    assertThat(written.toString()).isEqualTo("{1, 2, 3, 5, 6, 7}");
  }
}
