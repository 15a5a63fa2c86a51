package crjvm.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK of the machine.
 *
 * @param major 17, 21, 25 …
 */
record Jdk(Path home, int major) {
  private static final Path HOMES = Path.of("/usr/lib/jvm");
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
  private static final List<Integer> TESTED = List.of(17, 21, 25);
  private static final int OPTIONAL = 21;
  private static final Map<Integer, Jdk> FOUND = find();

  Path java() {
    return home.resolve("bin/java");
  }

  Path tool(String name) {
    return home.resolve("bin").resolve(name);
  }

  @Override
  public String toString() {
    return "JDK " + major;
  }

  /** Those that the tests run with; a missing 17 or 25 is among them, so that it gets counted. */
  static List<Jdk> all() {
    List<Jdk> all = new ArrayList<>();
    for (int major : TESTED) {
      if (FOUND.containsKey(major)) {
        all.add(FOUND.get(major));
      } else if (major != OPTIONAL) {
        all.add(new Jdk(HOMES.resolve("missing-" + major), major));
      }
    }
    return all;
  }

  /** For tests that one JDK is enough for. */
  static Jdk any() {
    Requirement.need(!FOUND.isEmpty(), "no JDK in " + HOMES);
    return FOUND.values().iterator().next();
  }

  /** For tests of what older ones don't have. */
  static Jdk newest() {
    return all().get(all().size() - 1).require();
  }

  boolean isThere() {
    return Files.isExecutable(java());
  }

  Jdk require() {
    Requirement.need(isThere(), "there is no JDK " + major + " in \"" + HOMES + "\"");
    return this;
  }

  private static Map<Integer, Jdk> find() {
    Map<Integer, Jdk> found = new TreeMap<>();
    if (!Files.isDirectory(HOMES)) {
      return found;
    }
    try (Stream<Path> homes = Files.list(HOMES)) {
      for (Path home : homes.sorted().toList()) {
        Path release = home.resolve("release");
        if (Files.isReadable(release) && Files.isExecutable(home.resolve("bin/javac"))) {
          Matcher version = VERSION.matcher(Files.readString(release));
          if (version.find()) {
            int major = Integer.parseInt(version.group(1));
            found.putIfAbsent(major, new Jdk(home.toRealPath(), major));
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }
}
