package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.ClockOffset;
import crjvm.it.bench.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks of the log of a framework's application: {@code /log?text=TEXT&lines=N} writes N numbered
 * lines.
 */
final class LogChecks {
  private static final int FEW = 20;
  private static final int MANY = 1000;

  /** More lines than the file may contain before it is rolled. */
  private static final int VERY_MANY = 15_000;

  private static final int TIME_LIMIT_SECONDS = 60;
  private static final Pattern LINE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} INFO +\\[.+] \\S+ - (.*)");
  private static final String FOLDER = "logs";
  private static final String LOG = "application.log";

  private LogChecks() {}

  static void writes(FrameworkProcess process) throws Exception {
    String text = "process" + process.port();
    write(process, text, FEW);
    assertThat(numbers(log(process), text)).isEqualTo(upTo(FEW));
  }

  /** Has all copies write into one file at the same time. No line may be lost or torn. */
  static void copiesShareAFile(List<FrameworkProcess> copies) throws Exception {
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (FrameworkProcess copy : copies) {
      writers.add(CompletableFuture.runAsync(() -> write(copy, "shared" + copy.port(), MANY)));
    }
    for (CompletableFuture<Void> writer : writers) {
      writer.get(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    List<String> lines = log(copies.get(0));
    for (FrameworkProcess copy : copies) {
      assertThat(numbers(lines, "shared" + copy.port())).isEqualTo(upTo(MANY));
    }
  }

  /** Gives a copy a log of its own, which it rolls when the file is full. */
  static void aCopyRollsItsOwn(MoreCopies copies) throws Exception {
    Path folder = copies.newFolder("own");
    Path logs = User.ORDINARY.own(Files.createDirectory(folder.resolve(FOLDER)));
    String map = copies.folder().resolve(FOLDER) + "=" + logs;
    FrameworkProcess copy = copies.restore(ClockOffset.NONE, folder, "--map", map);
    write(copy, "rolled", VERY_MANY);
    List<Path> rolled = rolled(logs);
    assertThat(rolled).isNotEmpty();
    List<String> lines = new ArrayList<>();
    for (Path file : rolled) {
      lines.addAll(Files.readAllLines(file));
    }
    lines.addAll(log(copy));
    assertThat(numbers(lines, "rolled")).isEqualTo(upTo(VERY_MANY));
    assertThat(copy.process().terminate()).as(copy.process()::describe).isEqualTo(143);
  }

  private static void write(FrameworkProcess process, String text, int lines) {
    try {
      String path = "/log?text=" + text + "&lines=" + lines;
      assertThat(process.ask(path)).isEqualTo("logged");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> log(FrameworkProcess process) throws IOException {
    return Files.readAllLines(process.folder().resolve(FOLDER).resolve(LOG));
  }

  /** Returns the rolled files in the order of their numbers. */
  private static List<Path> rolled(Path folder) throws IOException {
    Pattern name = Pattern.compile("application\\.\\d{4}-\\d\\d-\\d\\d\\.\\d+\\.log");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** Returns the numbers of the lines with a text. Every line has to be complete. */
  private static List<Integer> numbers(List<String> lines, String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      String message = matcher.group(1);
      if (message.startsWith(text + " ")) {
        numbers.add(Integer.parseInt(message.substring(text.length() + 1)));
      }
    }
    return numbers;
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }
}
