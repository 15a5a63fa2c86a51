package crjvm.trial;

import crjvm.agent.tool.TrainingCommand;
import crjvm.agent.tool.WorkFolder;
import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One run of a tool's command line in its own process, with its output and the files that it
 * leaves.
 */
final class ToolRun {
  /** The number of characters that are quoted of the beginning and of the end of a text. */
  private static final int SHOWN = 120;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * A factor for the time of a restored run, which is usually shorter than a normal one. A run that
   * takes much longer waits for something.
   */
  private static final int SLOWER = 3;

  private static final Duration MORE = Duration.ofSeconds(10);
  private static final Pattern FRAME =
      Pattern.compile("\\s+(at|\\.\\.\\.) .*|(Caused by|Suppressed): .*", Pattern.DOTALL);
  private static final String NEEDS_SIGNATURE = "CRJVM_REQUIRE_SIGNATURE";

  /** The parts that are compared. */
  enum Part {
    STATUS,
    OUTPUT,
    ERRORS,
    FILES
  }

  private final Map<Part, Object> parts = new EnumMap<>(Part.class);
  private Duration time;

  private ToolRun() {}

  /**
   * Runs a command.
   *
   * @param place the folder in which the run's own folder is made, with the same name each time
   */
  static ToolRun run(TrainingCommand command, List<String> words, Path place)
      throws IOException, ImageException, InterruptedException {
    Path folder = place.resolve("work");
    Path output = place.resolve("out");
    Path errors = place.resolve("err");
    WorkFolder.make(command, folder);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(command.input().orElse(Path.of("/dev/null")).toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().remove(NEEDS_SIGNATURE); // the image has no signature yet
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      ToolRun run = new ToolRun();
      run.parts.put(Part.STATUS, status(process));
      run.time = Duration.ofNanos(System.nanoTime() - begun);
      run.parts.put(Part.OUTPUT, lines(output));
      run.parts.put(Part.ERRORS, lines(errors));
      run.parts.put(Part.FILES, files(folder));
      return run;
    } finally {
      process.destroyForcibly().waitFor();
      OwnFiles.delete(folder);
    }
  }

  private static String status(Process process) throws InterruptedException {
    return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)
        ? "ends with status " + process.exitValue()
        : "does not end within " + LIMIT.toSeconds() + " s";
  }

  private static List<String> lines(Path file) throws IOException {
    // This encoding has a character for every byte.
    return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("(?<=\n)"));
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        files.put(folder.relativize(path).toString(), describe(path));
      }
    }
    return files;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    return Files.isRegularFile(path) && Files.isReadable(path)
        ? mode + " " + Digest.sha256(path)
        : mode;
  }

  Object of(Part part) {
    return parts.get(part);
  }

  /** Returns the parts that are the same in both runs. */
  Set<Part> commonWith(ToolRun other) {
    Set<Part> common = EnumSet.noneOf(Part.class);
    for (Part part : Part.values()) {
      if (of(part).equals(other.of(part))) {
        common.add(part);
      }
    }
    return common;
  }

  /** Returns the rest of a sentence about this run. */
  String difference(Part part, ToolRun other) {
    return switch (part) {
      case STATUS -> of(part) + said() + ", and normally it " + other.of(part);
      case OUTPUT -> "writes otherwise to stdout: " + lineDifference(part, other);
      case ERRORS -> "writes otherwise to stderr: " + lineDifference(part, other);
      case FILES -> "leaves other files behind: " + fileDifference(other);
    };
  }

  /** Returns the rest of a sentence about this run if it took far longer than both other runs. */
  Optional<String> slowness(ToolRun one, ToolRun other) {
    return slowness(time, one.time.compareTo(other.time) > 0 ? one.time : other.time);
  }

  static Optional<String> slowness(Duration time, Duration normal) {
    return time.compareTo(normal.multipliedBy(SLOWER).plus(MORE)) > 0
        ? Optional.of("takes " + seconds(time) + " instead of " + seconds(normal))
        : Optional.empty();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  /** Returns the last line of stderr, or the first line of a stack trace at its end. */
  @SuppressWarnings("unchecked")
  private String said() {
    List<String> lines = (List<String>) of(Part.ERRORS);
    int last = lines.size() - 1;
    while (last > 0 && FRAME.matcher(lines.get(last)).matches()) {
      last--;
    }
    return lines.get(last).isBlank() ? "" : " (" + line(lines, last) + ")";
  }

  @SuppressWarnings("unchecked")
  private String lineDifference(Part part, ToolRun other) {
    List<String> mine = (List<String>) of(part);
    List<String> others = (List<String>) other.of(part);
    int at = 0;
    while (at < mine.size() && at < others.size() && mine.get(at).equals(others.get(at))) {
      at++;
    }
    return "line " + (at + 1) + " is " + line(mine, at) + " instead of " + line(others, at);
  }

  /**
   * Returns the text without its middle, because the important parts of a message are at its
   * beginning or its end.
   */
  static String shorten(String text) {
    return text.length() <= 2 * SHOWN
        ? text
        : text.substring(0, SHOWN) + "…" + text.substring(text.length() - SHOWN);
  }

  private static String line(List<String> lines, int at) {
    return at < lines.size()
        ? "\"" + shorten(lines.get(at).stripTrailing()).replace(';', ',') + "\""
        : "missing";
  }

  @SuppressWarnings("unchecked")
  private String fileDifference(ToolRun other) {
    Map<String, String> mine = (Map<String, String>) of(Part.FILES);
    Map<String, String> others = (Map<String, String>) other.of(Part.FILES);
    Set<String> names = new TreeSet<>(mine.keySet());
    names.addAll(others.keySet());
    String first =
        names.stream()
            .filter(name -> !Objects.equals(mine.get(name), others.get(name)))
            .findFirst()
            .orElseThrow();
    String what =
        !mine.containsKey(first)
            ? "is missing"
            : others.containsKey(first) ? "is another one" : "should not be there";
    return "\"" + first + "\" " + what;
  }
}
