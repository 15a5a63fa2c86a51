package crjvm.benchmark.startup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The figures of a run, and the reasons why others are missing. */
final class Figures {
  /**
   * A cell of a table.
   *
   * @param application the application's name, or another subject
   * @param variant the variant's title, or another way
   * @param count the number of copies, or 1 if it does not matter
   */
  record Cell(String application, String variant, Figure figure, int count) {}

  /** The summary of the samples of one cell. */
  record Summary(double median, double minimum, double maximum, int count) {}

  private final Map<Cell, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  void add(Application application, Variant variant, Figure figure, double value) {
    add(application.name(), variant.title(), figure, 1, value);
  }

  void add(String application, String variant, Figure figure, int count, double value) {
    Cell cell = new Cell(application, variant, figure, count);
    samples.computeIfAbsent(cell, key -> new ArrayList<>()).add(value);
  }

  /** Notes why a figure is missing. Only the first reason is kept. */
  void setMissing(String what, String reason) {
    missing.putIfAbsent(what, reason);
  }

  Map<Cell, List<Double>> samples() {
    return samples;
  }

  Map<String, String> missing() {
    return missing;
  }

  Optional<Summary> summary(String application, String variant, Figure figure, int count) {
    List<Double> values = samples.get(new Cell(application, variant, figure, count));
    return values == null ? Optional.empty() : Optional.of(summary(values));
  }

  static Summary summary(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Summary(percentile(sorted, 50), sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /**
   * Returns a percentile of sorted values. The median of an even number of values is the mean of
   * the middle two.
   */
  static double percentile(double[] sorted, int percent) {
    if (percent == 50) {
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
    return sorted[Math.min(sorted.length - 1, (sorted.length * percent + 99) / 100 - 1)];
  }

  /**
   * Returns the titles of the variants, or other ways, that have a figure, in the order of their
   * first samples.
   */
  Stream<String> ways(String application, Figure figure) {
    return samples.keySet().stream()
        .filter(cell -> cell.application().equals(application) && cell.figure() == figure)
        .map(Cell::variant)
        .distinct();
  }
}
