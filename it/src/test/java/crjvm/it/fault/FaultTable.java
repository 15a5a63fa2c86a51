package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table of the results of faults: how many runs of each fault ended in which way. {@code
 * -Dcrjvm.it.faults=full} runs each fault as often as the full test does; without it, each runs
 * only a few times. A run can be repeated with its seed: {@code -Dcrjvm.it.seed=N}.
 */
final class FaultTable {
  private static final boolean IS_FULL = System.getProperty("crjvm.it.faults", "").equals("full");

  private final String title;
  private final long seed;
  private final Random random;
  private final Map<String, Map<String, Integer>> rows = new LinkedHashMap<>();
  private final List<String> wrong = new ArrayList<>();

  FaultTable(String title) {
    this.title = title;
    seed = Long.getLong("crjvm.it.seed", new Random().nextInt(1_000_000_000));
    random = new Random(seed);
    System.out.println(title + ": seed " + seed);
  }

  /** Returns how often a fault is tried: in full, or for everyday tests. */
  static int runs(int full, int few) {
    return IS_FULL ? full : few;
  }

  Random random() {
    return random;
  }

  /** Counts an end that is right, or documented. */
  void right(String fault, String end) {
    rows.computeIfAbsent(fault, key -> new TreeMap<>()).merge(end, 1, Integer::sum);
  }

  /** Counts an end that must not happen. */
  void wrong(String fault, String end, String description) {
    right(fault, "WRONG: " + end);
    wrong.add(fault + ": " + end + "\n" + description);
  }

  /** Prints the table, puts it beside the logs, and fails if there was a wrong end. */
  void conclude(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(title).append(" | Runs | Ends |\n|---|---|---|\n");
    rows.forEach((fault, ends) -> text.append(row(fault, ends)));
    text.append("\nSeed ").append(seed).append(".\n");
    System.out.println(text);
    Files.writeString(file, text);
    assertThat(wrong).as("seed " + seed).isEmpty();
  }

  private static String row(String fault, Map<String, Integer> ends) {
    int runs = ends.values().stream().mapToInt(Integer::intValue).sum();
    List<String> texts = new ArrayList<>();
    ends.forEach((end, count) -> texts.add(count + " " + end));
    return "| " + fault + " | " + runs + " | " + String.join("; ", texts) + " |\n";
  }
}
