package crjvm.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * A JDK of the machine, or one that {@code it/jdks/setup} has fetched.
 *
 * @param major 17, 21, 25 …
 */
public record Jdk(Path home, int major) {
  private static final Path HOMES = Path.of("/usr/lib/jvm");
  private static final Path FOLDER = SetupFolder.of("jdks");
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
  private static final List<Integer> TESTED = List.of(17, 21, 25); // the long-term ones
  private static final int OPTIONAL = 21;
  private static final List<Integer> CHOSEN = chosen();
  private static final List<Integer> RELEASES = List.of(17, 21, 25, 26, 27);
  private static final int EARLY_ACCESS = 28;
  private static final Map<Integer, Jdk> OWN = find(HOMES);
  private static final Map<Integer, Jdk> FETCHED = find(FOLDER);

  public Path java() {
    return home.resolve("bin/java");
  }

  public Path tool(String name) {
    return home.resolve("bin").resolve(name);
  }

  @Override
  public String toString() {
    return "JDK " + major;
  }

  /**
   * Returns the JDKs that most tests run with. A missing 17 or 25 is among them, so that it gets
   * counted. A fetched one is not, unless the machine has none of its own: each JDK multiplies the
   * tests. With {@code -Dcrjvm.it.versions=21}, these tests run with the JDKs of these versions
   * instead, which may be fetched ones.
   */
  public static List<Jdk> all() {
    if (!CHOSEN.isEmpty()) {
      return CHOSEN.stream().map(major -> find(major).require()).toList();
    }
    List<Jdk> all = new ArrayList<>();
    for (int major : TESTED) {
      if (OWN.containsKey(major)) {
        all.add(OWN.get(major));
      } else if (major != OPTIONAL) {
        all.add(find(major));
      }
    }
    return all;
  }

  /**
   * Returns the JDKs with long-term support, the missing ones included. With {@code
   * -Dcrjvm.it.versions=21}, it returns those of these versions instead.
   */
  public static List<Jdk> longTerm() {
    return CHOSEN.isEmpty() ? TESTED.stream().map(Jdk::find).toList() : all();
  }

  /** Returns all releases that crjvm supports, the missing ones included. */
  public static List<Jdk> releases() {
    return RELEASES.stream().map(Jdk::find).toList();
  }

  /** Returns the next JDK, which may be missing. */
  public static Jdk earlyAccess() {
    return find(EARLY_ACCESS);
  }

  public boolean isEarlyAccess() {
    return major == EARLY_ACCESS;
  }

  /** Returns a JDK for tests that need only one. */
  public static Jdk any() {
    if (!CHOSEN.isEmpty()) {
      return all().get(0);
    }
    return OWN.isEmpty() ? find(TESTED.get(0)).require() : OWN.values().iterator().next();
  }

  /** Returns the newest JDK, for tests of features that older ones lack. */
  public static Jdk newest() {
    return all().get(all().size() - 1).require();
  }

  public boolean isThere() {
    return Files.isExecutable(java());
  }

  public Jdk require() {
    Requirement.need(
        isThere(),
        "there is no JDK "
            + major
            + " in \""
            + HOMES
            + "\" or \""
            + FOLDER
            + "\"; run it/jdks/setup");
    return this;
  }

  /**
   * Returns whether the JDK runs with these options. An option that it once had and now ignores
   * does not count.
   */
  public boolean accepts(List<String> options) {
    List<String> command = new ArrayList<>(List.of(java().toString()));
    command.addAll(options);
    command.add("-version");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] output = process.getInputStream().readAllBytes();
      return process.waitFor() == 0
          && !new String(output, StandardCharsets.UTF_8).contains("Ignoring option");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Integer> chosen() {
    String versions = System.getProperty("crjvm.it.versions", "");
    return Stream.of(versions.split(",")).filter(s -> !s.isEmpty()).map(Integer::valueOf).toList();
  }

  /** Returns one of the machine's JDKs, else a fetched one, else one that is missing. */
  private static Jdk find(int major) {
    Jdk missing = new Jdk(HOMES.resolve("missing-" + major), major);
    return OWN.getOrDefault(major, FETCHED.getOrDefault(major, missing));
  }

  private static Map<Integer, Jdk> find(Path homes) {
    Map<Integer, Jdk> found = new TreeMap<>();
    if (!Files.isDirectory(homes)) {
      return found;
    }
    try (Stream<Path> each = Files.list(homes)) {
      for (Path home : each.sorted().toList()) {
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
