package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What must not be left of a fault: processes, and files beside an image. */
public final class Leftovers {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Leftovers() {}

  /** A process whose command line has a word, or a part of one. */
  public static Optional<ProcessHandle> process(String... parts) {
    return ProcessHandle.allProcesses()
        .filter(
            handle -> {
              String line = ProcFile.commandLine(handle.pid());
              return Stream.of(parts).allMatch(line::contains);
            })
        .findFirst();
  }

  /** Waits until nobody works for a process any more; what is left in spite of that, or empty. */
  public static List<String> of(long pid, Path image) throws IOException {
    List<String> left = new ArrayList<>();
    for (String name : List.of(Engine.DUMP, "crjvm-helper --pid", "crjvm.Main compile")) {
      String mark = name.startsWith("crjvm.Main") ? "." + pid + ".partial" : " " + pid + " ";
      try {
        Await.until(LIMIT, name, () -> process(name, mark).isEmpty());
      } catch (AssertionError e) {
        left.add(name);
      }
    }
    try (Stream<Path> files = Files.list(image.getParent())) {
      files
          .filter(file -> file.getFileName().toString().startsWith("." + image.getFileName() + "."))
          .forEach(file -> left.add(file.toString()));
    }
    return left;
  }
}
