package crjvm.it.matrix;

import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A table of a document with the results that the tests of one class have seen. Register it as a
 * static extension. After the tests, the document's table has to hold what they recorded. With
 * {@code CRJVM_WRITE_COMPATIBILITY=1} the table is written.
 *
 * <p>In the document it stands between {@code <!-- NAME: written by CLASS -->} and {@code <!-- end
 * -->}. The heading and the order of the rows are the document's.
 */
public final class CompatibilityTable implements AfterAllCallback {
  private static final String END = "<!-- end -->";

  private final String name;
  private final String document;
  private final Map<String, String> seen = new LinkedHashMap<>();
  private final List<List<String>> absent = new ArrayList<>();

  /** Creates a table of docs/compatibility.md. */
  public CompatibilityTable(String name) {
    this(name, "compatibility.md");
  }

  /**
   * @param document a file in docs
   */
  public CompatibilityTable(String name, String document) {
    this.name = name;
    this.document = document;
  }

  /**
   * Adds a row that a test has seen.
   *
   * @param result the last cell
   * @param key the other cells
   */
  public synchronized void add(String result, Object... key) {
    List<String> cells = new ArrayList<>();
    for (Object cell : key) {
      cells.add(cell.toString());
    }
    seen.put(String.join(" | ", cells), result);
  }

  /**
   * Names something that this machine lacks and may lack, or that this run leaves out. Rows that
   * have a cell beginning with each of these texts may stay.
   */
  public synchronized void absent(Object... cells) {
    absent.add(Stream.of(cells).map(Object::toString).toList());
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Path file = Workbench.source("../docs/" + document).normalize();
    List<String> lines = Files.readAllLines(file);
    if ("1".equals(System.getenv("CRJVM_WRITE_COMPATIBILITY"))) {
      synchronized (CompatibilityTable.class) { // Several classes may write one table.
        Files.write(file, written(Files.readAllLines(file)));
      }
      return;
    }
    // A single test of the class is not expected to fill all rows.
    boolean all =
        !System.getProperty("it.test", "").contains("#")
            && !Matrix.Part.leavesOut(context.getRequiredTestClass());
    List<String> differences = differences(lines, all);
    if (!differences.isEmpty()) {
      throw new AssertionError(
          "the table \""
              + name
              + "\" of docs/"
              + document
              + " is not what was seen (to write it, "
              + "set CRJVM_WRITE_COMPATIBILITY=1):\n"
              + String.join("\n", differences));
    }
  }

  /**
   * Returns the differences between the document's table and what the tests have seen.
   *
   * @param all true if every row must have been seen
   */
  List<String> differences(List<String> document, boolean all) {
    Map<String, String> told = rows(document);
    List<String> differences = new ArrayList<>();
    seen.forEach(
        (key, result) -> {
          if (!result.equals(told.get(key))) {
            String other = told.containsKey(key) ? "the table says: " + told.get(key) : "no row";
            differences.add(key + " | " + result + " (" + other + ")");
          }
        });
    told.forEach(
        (key, result) -> {
          if (all && !seen.containsKey(key) && !isAbsent(key)) {
            differences.add(key + " | " + result + " (not seen)");
          }
        });
    return differences;
  }

  /** Returns the document with the rows that were seen. */
  List<String> written(List<String> document) {
    Map<String, String> rows = rows(document);
    rows.keySet().removeIf(key -> !seen.containsKey(key) && !isAbsent(key));
    rows.putAll(seen);
    int heading = begin(document) + 1;
    List<String> lines = new ArrayList<>(document.subList(0, heading + 2));
    rows.forEach((key, result) -> lines.add("| " + key + " | " + result + " |"));
    lines.addAll(document.subList(end(document), document.size()));
    return lines;
  }

  private Map<String, String> rows(List<String> document) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : document.subList(begin(document) + 3, end(document))) {
      String cells = line.substring(1, line.length() - 1).strip();
      int last = cells.lastIndexOf(" | ");
      rows.put(cells.substring(0, last), cells.substring(last + 3));
    }
    return rows;
  }

  private int begin(List<String> document) {
    for (int i = 0; i < document.size(); i++) {
      if (document.get(i).startsWith("<!-- " + name + ": ")) {
        return i;
      }
    }
    throw new AssertionError("there is no table \"" + name + "\" in docs/" + document);
  }

  private int end(List<String> document) {
    int begin = begin(document);
    return begin + document.subList(begin, document.size()).indexOf(END);
  }

  private boolean isAbsent(String key) {
    List<String> cells = List.of(key.split(" \\| "));
    return absent.stream()
        .anyMatch(
            begins ->
                begins.stream()
                    .allMatch(begin -> cells.stream().anyMatch(cell -> cell.startsWith(begin))));
  }
}
