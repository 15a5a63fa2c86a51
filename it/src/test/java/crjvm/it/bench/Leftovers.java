package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The remains that a fault must not leave: processes, and files beside an image. */
public final class Leftovers {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Leftovers() {}

  /** Finds a process whose command line contains each of these words or parts of words. */
  public static Optional<ProcessHandle> process(String... parts) {
    return ProcessHandle.allProcesses()
        .filter(
            handle -> {
              String line = ProcFile.commandLine(handle.pid());
              return Stream.of(parts).allMatch(line::contains);
            })
        .findFirst();
  }

  /**
   * Waits until no process works for the given process any more. Returns what is left nevertheless,
   * or an empty list.
   */
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
