package crjvm.requests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comparison of an access log with the requests that have warmed an image up. Two addresses are
 * of the same kind if they differ only in numbers, ids and parameters.
 */
final class WarmUpCoverage {
  private static final String KEY = "warm-up=";
  private static final String FILE = "file:";
  private static final int MOST_NAMED = 10;
  private static final int PERCENT = 100;

  /** A request of a file: a method, or none, and a URL whose host may be a variable. */
  private static final Pattern REQUEST =
      Pattern.compile("(?:GET\\s+)?(?:https?://[^/\\s]+|\\{\\{[^{}]*}})(/\\S*)?(?:\\s.*)?");

  /** A part of a path that is a number, a UUID, or another long id of hexadecimal digits. */
  private static final Pattern ID =
      Pattern.compile("\\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?=.*\\d)[0-9a-fA-F]{12,}");

  private WarmUpCoverage() {}

  /**
   * Returns lines for the user.
   *
   * @throws InputException there is no image, or its warm-up had no requests that are known
   */
  static List<String> compare(Path log, Path image) throws IOException, InputException {
    Set<String> known = kinds(image);
    Map<String, Integer> missing = new TreeMap<>();
    int all = 0;
    int missed = 0;
    for (Map.Entry<String, Integer> each : AccessLog.counts(log).entrySet()) {
      String kind = kind(each.getKey());
      all += each.getValue();
      if (!known.contains(kind)) {
        missed += each.getValue();
        missing.merge(kind, each.getValue(), Integer::sum);
      }
    }
    if (all == 0) {
      throw new InputException("\"" + log + "\" has no good GET requests; give another file");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%.0f %% of the log's good GET requests are of kinds that have warmed the image up",
            (double) PERCENT * (all - missed) / all));
    missing.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_NAMED)
        .forEach(
            each -> lines.add("not warmed up: " + each.getKey() + " (" + each.getValue() + ")"));
    if (missing.size() > MOST_NAMED) {
      lines.add("not warmed up: " + (missing.size() - MOST_NAMED) + " other kinds");
    }
    return lines;
  }

  /** Returns what addresses of the same kind have in common. */
  static String kind(String address) {
    StringBuilder kind = new StringBuilder();
    for (String part : address.replaceFirst("[?#;].*", "").split("/")) {
      if (!part.isEmpty()) {
        kind.append('/').append(ID.matcher(part).matches() ? "*" : part);
      }
    }
    return kind.length() == 0 ? "/" : kind.toString();
  }

  /** Returns the kinds of the GET requests of an image's warm-up. */
  private static Set<String> kinds(Path image) throws IOException, InputException {
    Path manifest = image.resolve("manifest");
    Documents.check(manifest);
    Set<String> kinds = new TreeSet<>();
    for (String line : Files.readAllLines(manifest, StandardCharsets.UTF_8)) {
      if (line.startsWith(KEY + FILE)) {
        Path file = Path.of(line.substring(KEY.length() + FILE.length()));
        Documents.check(file);
        Files.readAllLines(file).forEach(each -> add(each, kinds));
      } else if (line.startsWith(KEY)) {
        add(line.substring(KEY.length()), kinds);
      }
    }
    if (kinds.isEmpty()) {
      throw new InputException(
          "\""
              + image
              + "\" was not warmed up by requests that it knows; warm it up by"
              + " addresses or a file");
    }
    return kinds;
  }

  private static void add(String line, Set<String> kinds) {
    Matcher request = REQUEST.matcher(line.strip());
    if (request.matches()) {
      kinds.add(kind(request.group(1) == null ? "/" : request.group(1)));
    }
  }
}
