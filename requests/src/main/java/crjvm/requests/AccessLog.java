package crjvm.requests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An access log in the common or the combined format, which Tomcat, Jetty, nginx, Apache and others
 * write. Only GET requests are taken, because a log has no bodies.
 */
final class AccessLog {
  private static final Pattern LINE = Pattern.compile("\"([A-Z]+) (/\\S*)[^\"]*\" (\\d{3})\\b");
  private static final int PERCENT = 100;

  private AccessLog() {}

  /**
   * Reads the addresses that were asked for most often.
   *
   * @param most the number of addresses
   */
  static RequestList read(Path file, int most) throws IOException {
    RequestList list = new RequestList();
    Map<String, Integer> counts = counts(file, list);
    List<Map.Entry<String, Integer>> sorted =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    sorted.stream().limit(most).forEach(each -> list.add(Request.get(each.getKey())));
    if (sorted.size() > most) {
      list.leaveOut("addresses that are rarer", sorted.size() - most);
    }
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    int taken = sorted.stream().limit(most).mapToInt(Map.Entry::getValue).sum();
    if (all > 0) {
      list.note(
          String.format(
              Locale.ROOT,
              "they are %.0f %% of the log's good GET requests",
              (double) PERCENT * taken / all));
    }
    return list;
  }

  /** Returns how often each address was asked for. */
  static Map<String, Integer> counts(Path file) throws IOException {
    return counts(file, new RequestList());
  }

  private static Map<String, Integer> counts(Path file, RequestList list) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    // Addresses are ASCII; other bytes of the log may be in any encoding.
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(line -> count(line, counts, list));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return counts;
  }

  private static void count(String line, Map<String, Integer> counts, RequestList list) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.find()) {
      list.leaveOut("lines that are not of an access log");
    } else if (!matcher.group(1).equals("GET")) {
      list.leaveOut(matcher.group(1) + " requests, whose bodies a log does not have");
    } else if (!matcher.group(3).startsWith("2")) {
      list.leaveOut("with status " + matcher.group(3));
    } else {
      counts.merge(matcher.group(2), 1, Integer::sum);
    }
  }
}
