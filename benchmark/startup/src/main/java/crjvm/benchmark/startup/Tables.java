package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Figures.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes the figures as Markdown tables: medians, with minimum and maximum if there are several
 * samples.
 */
final class Tables {
  private static final String HEAP = "heap-";
  private static final String NONE = "–";

  private final Figures figures;
  private final Machine machine;
  private final Settings settings;
  private final StringBuilder text = new StringBuilder();

  Tables(Figures figures, Machine machine, Settings settings) {
    this.figures = figures;
    this.machine = machine;
    this.settings = settings;
  }

  String text() {
    addMachine();
    Set<String> applications = new LinkedHashSet<>();
    figures.samples().keySet().forEach(cell -> applications.add(cell.application()));
    for (String application : applications) {
      if (!application.startsWith(HEAP) && hasStarts(application)) {
        addApplication(application);
      }
    }
    for (String application : applications) {
      addCopies(application);
      addSteadyState(application);
    }
    addHeapSizes(applications.stream().filter(name -> name.startsWith(HEAP)).toList());
    addFloor(applications);
    addMissing();
    return text.toString();
  }

  private void addMachine() {
    text.append("Medians (minimum to maximum). ");
    List<String> facts = new ArrayList<>();
    machine.facts().forEach((name, value) -> facts.add(name + " " + value));
    text.append(String.join("; ", facts)).append(".\n");
  }

  private boolean hasStarts(String application) {
    return Stream.of(Figure.FIRST, Figure.FIRST_COLD, Figure.FIRST_TMPFS)
        .anyMatch(figure -> hasWays(application, figure));
  }

  private boolean hasWays(String application, Figure figure) {
    return figures.ways(application, figure).findAny().isPresent();
  }

  /** Adds tables with a row for each variant and a column for each figure. */
  private void addApplication(String application) {
    title(application);
    table(
        application,
        List.of(
            Figure.FIRST,
            Figure.HUNDRED,
            Figure.P50,
            Figure.P99,
            Figure.FIRST_COLD,
            Figure.FIRST_TMPFS));
    table(
        application,
        List.of(
            Figure.COLLECTION,
            Figure.COLLECTION_AGAIN,
            Figure.CHECKPOINT,
            Figure.IMAGE,
            Figure.ARCHIVE));
  }

  private void title(String title) {
    text.append("\n### ").append(title).append("\n");
  }

  /** Adds a table without columns and rows that have no figure. */
  private void table(String application, List<Figure> columns) {
    List<Figure> filled = columns.stream().filter(f -> hasWays(application, f)).toList();
    if (filled.isEmpty()) {
      return;
    }
    List<String> head = new ArrayList<>(List.of(""));
    for (Figure figure : filled) {
      head.add(figure.title() + ", " + figure.unit());
      if (figure == Figure.FIRST) {
        head.add("times " + Variant.RECORDED.title());
      }
    }
    addHead(head);
    rows(application, filled).forEach(way -> addRow(application, way, filled));
  }

  /** Returns the rows in the order of the variants. Others follow. */
  private List<String> rows(String application, List<Figure> columns) {
    List<String> titles = List.of(Variant.values()).stream().map(Variant::title).toList();
    return columns.stream()
        .flatMap(figure -> figures.ways(application, figure))
        .distinct()
        .sorted(Comparator.comparingInt(way -> titles.indexOf(way) & Integer.MAX_VALUE))
        .toList();
  }

  private void addRow(String application, String way, List<Figure> columns) {
    List<String> cells = new ArrayList<>(List.of(way));
    for (Figure figure : columns) {
      cells.add(cell(application, way, figure, 1));
      if (figure == Figure.FIRST) {
        cells.add(timesRecorded(application, way));
      }
    }
    text.append(row(cells));
  }

  private String timesRecorded(String application, String way) {
    Optional<Summary> own = figures.summary(application, way, Figure.FIRST, 1);
    return figures
        .summary(application, Variant.RECORDED.title(), Figure.FIRST, 1)
        .flatMap(recorded -> own.map(s -> number(s.median() / recorded.median())))
        .orElse(NONE);
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private void addHead(List<String> head) {
    text.append("\n").append(row(head));
    text.append("|---".repeat(head.size())).append("|\n");
  }

  /** Adds tables with a row for each variant and a column for each size. */
  private void addHeapSizes(List<String> sizes) {
    for (Figure figure :
        List.of(Figure.FIRST, Figure.COLLECTION, Figure.IMAGE, Figure.CHECKPOINT)) {
      List<String> filled = sizes.stream().filter(size -> hasWays(size, figure)).toList();
      if (!filled.isEmpty()) {
        title("Live objects: " + figure.title() + ", " + figure.unit());
        List<String> head = new ArrayList<>(List.of(""));
        filled.forEach(size -> head.add(size.substring(HEAP.length()) + " MB"));
        addHead(head);
        Set<String> ways = new LinkedHashSet<>();
        filled.forEach(size -> figures.ways(size, figure).forEach(ways::add));
        for (String way : ways) {
          List<String> cells = new ArrayList<>(List.of(way));
          filled.forEach(size -> cells.add(cell(size, way, figure, 1)));
          text.append(row(cells));
        }
      }
    }
  }

  /** Adds a table with a row for each variant and columns for each number of copies. */
  private void addCopies(String application) {
    if (!hasWays(application, Figure.PSS)) {
      return;
    }
    title(application + ": copies after their first answer");
    List<String> head = new ArrayList<>(List.of(""));
    for (Figure figure : List.of(Figure.PSS, Figure.RSS)) {
      settings.copies.forEach(n -> head.add(figure.title() + " of " + n + ", " + figure.unit()));
    }
    addHead(head);
    figures
        .ways(application, Figure.PSS)
        .forEach(
            way -> {
              List<String> cells = new ArrayList<>(List.of(way));
              for (Figure figure : List.of(Figure.PSS, Figure.RSS)) {
                settings.copies.forEach(n -> cells.add(cell(application, way, figure, n)));
              }
              text.append(row(cells));
            });
  }

  private void addSteadyState(String application) {
    if (hasWays(application, Figure.THROUGHPUT)) {
      title(application + ": steady state, by turns");
      table(application, List.of(Figure.THROUGHPUT, Figure.STEADY_P50, Figure.STEADY_P99));
    }
  }

  private void addFloor(Set<String> applications) {
    for (String application : applications) {
      if (hasWays(application, Figure.FLOOR)) {
        title("Floor of the machine");
        table(application, List.of(Figure.FLOOR));
      }
    }
  }

  private String cell(String application, String way, Figure figure, int count) {
    Optional<Summary> summary = figures.summary(application, way, figure, count);
    return summary.map(Tables::format).orElse(NONE);
  }

  static String format(Summary summary) {
    String median = number(summary.median());
    return summary.count() == 1
        ? median
        : median + " (" + number(summary.minimum()) + "–" + number(summary.maximum()) + ")";
  }

  /** Returns a number with three significant digits. */
  static String number(double value) {
    double size = Math.abs(value);
    int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  private void addMissing() {
    if (figures.missing().isEmpty()) {
      return;
    }
    text.append("\nWithout a figure, or with one start less:\n\n");
    figures
        .missing()
        .forEach(
            (what, why) -> text.append("- ").append(what).append(": ").append(why).append("\n"));
  }
}
