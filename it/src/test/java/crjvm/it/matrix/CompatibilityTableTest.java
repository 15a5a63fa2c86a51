package crjvm.it.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompatibilityTableTest {
  private static final List<String> DOCUMENT =
      List.of(
          "# Title",
          "<!-- other: written by OtherIT -->",
          "| A | B |",
          "|---|---|",
          "| x | y |",
          "<!-- end -->",
          "<!-- cpus: written by CpusIT -->",
          "| CPU | JDK | Result |",
          "|---|---|---|",
          "| Nehalem | JDK 17 | runs |",
          "| Haswell | JDK 17 | refused |",
          "<!-- end -->",
          "text");

  private final CompatibilityTable table = new CompatibilityTable("cpus");

  @Test
  void sameIsNoDifference() {
    table.add("refused", "Haswell", "JDK 17");
    table.add("runs", "Nehalem", "JDK 17");
    assertThat(table.differences(DOCUMENT, true)).isEmpty();
    assertThat(table.written(DOCUMENT)).isEqualTo(DOCUMENT);
  }

  @Test
  void otherResultUnseenRowAndNewRowAreDifferences() {
    table.add("runs", "Haswell", "JDK 17");
    table.add("runs", "Haswell", "JDK 25");
    assertThat(table.differences(DOCUMENT, true))
        .containsExactly(
            "Haswell | JDK 17 | runs (the table says: refused)",
            "Haswell | JDK 25 | runs (no row)",
            "Nehalem | JDK 17 | runs (not seen)");
    assertThat(table.differences(DOCUMENT, false)).hasSize(2);
    assertThat(table.written(DOCUMENT))
        .startsWith(DOCUMENT.subList(0, 9).toArray(String[]::new))
        .contains("| Haswell | JDK 17 | runs |", "| Haswell | JDK 25 | runs |")
        .doesNotContain("| Nehalem | JDK 17 | runs |")
        .endsWith("<!-- end -->", "text");
  }

  @Test
  void rowsOfWhatIsAbsentStay() {
    table.add("refused", "Haswell", "JDK 17");
    table.absent("Nehalem");
    assertThat(table.differences(DOCUMENT, true)).isEmpty();
    assertThat(table.written(DOCUMENT)).isEqualTo(DOCUMENT);
  }

  @Test
  void rowThatIsLeftOutStays() {
    table.add("refused", "Haswell", "JDK 17");
    table.absent("Nehalem", "JDK 25");
    assertThat(table.differences(DOCUMENT, true))
        .containsExactly("Nehalem | JDK 17 | runs (not seen)");
    table.absent("Nehalem", "JDK 17");
    assertThat(table.differences(DOCUMENT, true)).isEmpty();
    assertThat(table.written(DOCUMENT)).isEqualTo(DOCUMENT);
  }
}
