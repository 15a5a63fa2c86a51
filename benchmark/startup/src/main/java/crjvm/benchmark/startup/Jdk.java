package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK of the machine.
 *
 * @param build the build, for users
 */
record Jdk(Path home, int major, String build) {
  /** The machine's own, and those that it/jdks/setup has fetched. */
  private static final List<Path> HOMES =
      List.of(
          Path.of("/usr/lib/jvm"),
          Path.of(
              Objects.requireNonNullElse(
                  System.getenv("CRJVM_JDKS_FOLDER"), "/var/cache/crjvm-jdks")));

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"((\\d+)[^\"]*)");
  private static final Pattern VENDOR = Pattern.compile("IMPLEMENTOR=\"([^\"]*)");

  Path java() {
    return home.resolve("bin/java");
  }

  static Optional<Jdk> find(int major) throws IOException {
    for (Path folder : HOMES) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> homes = Files.list(folder)) {
          for (Path home : homes.sorted().toList()) {
            Optional<Jdk> found = at(home).filter(jdk -> jdk.major() == major);
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Jdk> at(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(home.resolve("bin/javac"))) {
      return Optional.empty();
    }
    String text = Files.readString(release);
    Matcher version = VERSION.matcher(text);
    Matcher vendor = VENDOR.matcher(text);
    if (!version.find()) {
      return Optional.empty();
    }
    boolean isNamed = vendor.find() && !vendor.group(1).equals("N/A");
    String build = version.group(1) + (isNamed ? " (" + vendor.group(1) + ")" : "");
    return Optional.of(new Jdk(home.toRealPath(), Integer.parseInt(version.group(2)), build));
  }
}
