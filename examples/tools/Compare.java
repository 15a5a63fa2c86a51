import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the argument lists of tools with plain java and from their images. {@code java Compare.java
 * DIR TOOL…} compares standard output, standard error, exit status and the files that are left
 * behind. With {@code --times} it prints a table of times for the first list instead, with both
 * starts by turns. DIR is the folder that {@code examples/tools/make} has filled. The lists are
 * beside this file.
 */
final class Compare {
  private static final long LIMIT_SECONDS = 120;
  private static final int RUNS = 11;

  /**
   * The largest number of attempts. More attempts would not show more differences between two runs
   * of one list.
   */
  private static final int TURNS = 3;
  private static final int SHOWN = 200;

  private record Job(int line, List<String> arguments, Path folder, Path input) {}

  private record Outcome(String status, String output, String errors, Map<String, String> files) {}

  private final Path made;
  private final Path sources;
  private final Path work;

  private Compare(Path made, Path sources, Path work) {
    this.made = made;
    this.sources = sources;
    this.work = work;
  }

  /** Accepts {@code SOURCES DIR [--times] TOOL…}. */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    Path sources = Path.of(words.remove(0)).toAbsolutePath();
    Path made = Path.of(words.remove(0)).toAbsolutePath();
    boolean times = words.remove("--times");
    Path work = Files.createTempDirectory("crjvm-tools-");
    boolean same = true;
    try {
      Compare compare = new Compare(made, sources, work);
      if (times) {
        compare.printTimes(words);
      } else {
        for (String tool : words) {
          same &= compare.compare(tool);
        }
      }
    } finally {
      delete(work);
    }
    System.exit(same ? 0 : 1);
  }

  private boolean compare(String tool) throws IOException, InterruptedException {
    List<Job> jobs = jobs(tool);
    int same = 0;
    for (Job job : jobs) {
      Outcome normal;
      Outcome restored;
      int turns = 0;
      do {
        normal = run(job, command("plain", tool));
        restored = run(job, command("bin", tool));
        // The output may contain the time, and a minute may have passed. Then two runs of plain
        // java differ, too.
      } while (!restored.equals(normal) && !run(job, command("plain", tool)).equals(normal) && ++turns < TURNS);
      if (restored.equals(normal)) {
        same++;
        continue;
      }
      System.out.printf("%s: line %d (%s) differs:%n", tool, job.line(), String.join(" ", job.arguments()));
      show("status", normal.status(), restored.status());
      show("stdout", normal.output(), restored.output());
      show("stderr", normal.errors(), restored.errors());
      show("files", normal.files().toString(), restored.files().toString());
    }
    System.out.printf("%s: %d of %d argument lists behave the same%n", tool, same, jobs.size());
    return same == jobs.size() && same > 0;
  }

  private static void show(String what, String normal, String restored) {
    if (!normal.equals(restored)) {
      int at = 0;
      while (at < normal.length() && at < restored.length() && normal.charAt(at) == restored.charAt(at)) {
        at++;
      }
      System.out.printf("  %s, from character %d on: \"%s\" instead of \"%s\"%n", what, at, cut(restored, at), cut(normal, at));
    }
  }

  private static String cut(String text, int from) {
    return text.substring(from, Math.min(text.length(), from + SHOWN)).replace("\n", "\\n");
  }

  private List<String> command(String kind, String tool) {
    return List.of(made.resolve(kind).resolve(tool).toString());
  }

  private List<Job> jobs(String tool) throws IOException {
    Path file = sources.resolve(tool).resolve("lists");
    List<Job> jobs = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      List<String> words = words(line);
      if (words.isEmpty()) {
        continue;
      }
      Path folder = null;
      Path input = null;
      for (; !words.isEmpty() && words.get(0).matches("(in|stdin)=.*"); words.remove(0)) {
        Path path = file.resolveSibling(words.get(0).replaceFirst("^[a-z]+=", "")).normalize();
        if (words.get(0).startsWith("in=")) {
          folder = path;
        } else {
          input = path;
        }
      }
      jobs.add(new Job(number, words, folder, input));
    }
    return jobs;
  }

  /** Splits a line in the same way as a training file, with quotes, backslashes and comments. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean isBlank = c == ' ' && quote == 0;
      if (word == null && (isBlank || c == '#')) {
        if (c == '#') {
          break;
        }
        continue;
      }
      if (isBlank) {
        words.add(word.toString());
        word = null;
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == '\\' && quote != '\'' && (quote == 0 || "\"\\".indexOf(line.charAt(i + 1)) >= 0)) {
        word.append(line.charAt(++i));
      } else {
        word.append(c);
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }

  private ProcessBuilder prepare(Job job, List<String> command) throws IOException {
    Path folder = work.resolve("work");
    delete(folder);
    if (job.folder() == null) {
      Files.createDirectory(folder);
    } else {
      copy(job.folder(), folder);
    }
    List<String> words = new ArrayList<>(command);
    words.addAll(job.arguments());
    return new ProcessBuilder(words)
        .directory(folder.toFile())
        .redirectInput((job.input() == null ? Path.of("/dev/null") : job.input()).toFile())
        .redirectOutput(work.resolve("out").toFile())
        .redirectError(work.resolve("err").toFile());
  }

  private Outcome run(Job job, List<String> command) throws IOException, InterruptedException {
    String status = end(prepare(job, command).start());
    return new Outcome(status, text(work.resolve("out")), text(work.resolve("err")), files(work.resolve("work")));
  }

  private static String end(Process process) throws InterruptedException {
    try {
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) ? "status " + process.exitValue() : "no end within " + LIMIT_SECONDS + " s";
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Returns the text of a file, with one character for every byte. */
  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        String content = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? text(path) : "";
        files.put(folder.relativize(path).toString(), mode + " " + content);
      }
    }
    return files;
  }

  private void printTimes(List<String> tools) throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%d processors, load %s, JDK %s, medians (minimum to maximum) of %d runs of each, by turns%n%n",
        Runtime.getRuntime().availableProcessors(),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
        System.getProperty("java.version"),
        RUNS);
    System.out.println("| Tool | Arguments | Plain `java`, ms | Restored, ms | Ratio |");
    System.out.println("|---|---|---|---|---|");
    for (String tool : tools) {
      Job job = jobs(tool).get(0);
      double[] normal = new double[RUNS];
      double[] restored = new double[RUNS];
      time(job, command("plain", tool)); // the files are in the page cache from now on
      time(job, command("bin", tool));
      for (int i = 0; i < RUNS; i++) {
        normal[i] = time(job, command("plain", tool));
        restored[i] = time(job, command("bin", tool));
      }
      Arrays.sort(normal);
      Arrays.sort(restored);
      System.out.printf(
          Locale.ROOT,
          "| %s | `%s` | %s | %s | %.0f |%n",
          tool,
          String.join(" ", job.arguments()),
          range(normal),
          range(restored),
          normal[RUNS / 2] / restored[RUNS / 2]);
    }
  }

  private static String range(double[] sorted) {
    return String.format(Locale.ROOT, "%,.1f (%,.1f to %,.1f)", sorted[RUNS / 2], sorted[0], sorted[RUNS - 1]);
  }

  /** Returns the milliseconds from just before the process is created until it has ended. */
  private double time(Job job, List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = prepare(job, command);
    long before = System.nanoTime();
    Process process = builder.start();
    int status = process.waitFor();
    double millis = (System.nanoTime() - before) / 1e6;
    if (status > 128) {
      throw new IOException(command + " ended with status " + status + ": " + text(work.resolve("err")));
    }
    return millis;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
