package crjvm.it.matrix;

import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Measures how long each class of integration tests takes. With {@code CRJVM_WRITE_DURATIONS=1} it
 * writes the table of docs/testing.md again. It replaces the rows of the classes that ran without a
 * failure and as {@code .ci/run} takes them: those of the core tier with that tier, the others
 * without it. {@code .ci/plan} makes equal shares of that table. JUnit finds this class through
 * {@code META-INF/services}.
 */
public final class DurationTable implements TestExecutionListener {
  private static final String BEGIN = "<!-- durations: written by DurationTable -->";
  private static final String END = "<!-- end -->";
  private static final String CORE = "core";
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| .* \\| (\\d+) \\|");

  private final Map<Class<?>, Long> begun = new ConcurrentHashMap<>();
  private final Map<Class<?>, Long> seconds = new ConcurrentHashMap<>();
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  @Override
  public void executionStarted(TestIdentifier test) {
    Class<?> type = type(test);
    if (type != null) {
      begun.put(type, System.nanoTime());
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Class<?> type = type(test);
    boolean isSuccessful = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    if (type == null && !isSuccessful) {
      test.getSource()
          .filter(MethodSource.class::isInstance)
          .ifPresent(method -> failed.add(((MethodSource) method).getClassName()));
    }
    if (type != null && isSuccessful && !failed.contains(type.getName())) {
      long nanos = System.nanoTime() - begun.get(type);
      seconds.put(type, Math.max(1, Math.round(nanos / 1e9)));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    boolean isWhole = !System.getProperty("it.test", "").contains("#");
    if (isWhole && "1".equals(System.getenv("CRJVM_WRITE_DURATIONS"))) {
      try {
        Path document = document();
        Files.write(document, written(Files.readAllLines(document)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Surefire looks for tests in Maven's own process, too, whose folder is another one. */
  private static Path document() {
    URL classes = DurationTable.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(classes.toString())).resolve("../../../docs/testing.md").normalize();
  }

  /** Returns the seconds of each class in the table, by its simple name. */
  static Map<String, Integer> durations() throws IOException {
    Map<String, Integer> durations = new TreeMap<>();
    for (String line : Files.readAllLines(document())) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        durations.put(row.group(1), Integer.valueOf(row.group(2)));
      }
    }
    return durations;
  }

  /**
   * Returns the document with the measured times, sorted by class. It has no rows of classes that
   * are gone.
   */
  private List<String> written(List<String> document) {
    int begin = document.indexOf(BEGIN);
    if (begin < 0) {
      throw new IllegalStateException("docs/testing.md has no line " + BEGIN);
    }
    int end = begin + document.subList(begin, document.size()).indexOf(END);
    Map<String, String> rows = new TreeMap<>();
    for (String line : document.subList(begin + 3, end)) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && exists(row.group(1))) {
        rows.put(row.group(1), line);
      }
    }
    String tiers = System.getProperty("crjvm.it.tiers");
    seconds.forEach(
        (type, time) -> {
          if (tiers.equals(tier(type).equals(CORE) ? CORE : "!" + CORE)) {
            String name = type.getSimpleName();
            rows.put(name, "| `" + name + "` | " + tier(type) + " | " + time + " |");
          }
        });
    List<String> lines = new ArrayList<>(document.subList(0, begin + 3));
    lines.addAll(rows.values());
    lines.addAll(document.subList(end, document.size()));
    return lines;
  }

  private static boolean exists(String name) {
    try (Stream<Path> files = Files.walk(Workbench.source("src/test/java"))) {
      return files.anyMatch(file -> file.endsWith(name + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tier(Class<?> type) {
    Tag tag = type.getAnnotation(Tag.class);
    return tag == null ? "" : tag.value();
  }

  private static Class<?> type(TestIdentifier test) {
    return test.getSource()
        .filter(ClassSource.class::isInstance)
        .map(source -> ((ClassSource) source).getJavaClass())
        .orElse(null);
  }
}
