package crjvm.it.matrix;

import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The table of identities in docs/frameworks.md. Several classes fill its rows, on JDK 17, 21 and
 * 25: {@code ./dev test IdentitiesIT ClientIdentitiesIT BrokerIdentitiesIT ResolversIT AgentsIT},
 * after {@code it/jdks/setup} and {@code it/servers/setup}. On one JDK they run with {@code
 * MAVEN_ARGS=-Dcrjvm.it.versions=21}.
 */
public final class IdentityTable implements AfterAllCallback {
  private static final Path FRAMEWORKS = Workbench.source("../frameworks").normalize();

  private final CompatibilityTable table = new CompatibilityTable("identities", "frameworks.md");

  /**
   * @param own the libraries that the tests of this class show
   */
  public IdentityTable(Set<IdentityLibrary> own) {
    for (IdentityLibrary other : EnumSet.complementOf(EnumSet.copyOf(own))) {
      table.absent(other.title());
    }
  }

  /** Adds what a test has just seen. */
  public void add(IdentityLibrary... libraries) throws IOException {
    for (IdentityLibrary library : libraries) {
      table.add(library.todo(), library.key(release(library.artifact())));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    table.afterAll(context);
  }

  private static String release(String artifact) throws IOException {
    if (artifact == null) {
      return "the system's";
    }
    String[] words = artifact.split("/");
    Path built = FRAMEWORKS.resolve(words[0]).resolve("target");
    Pattern name = Pattern.compile("(?:.*/)?" + words[1] + "-(\\d[^/]*?)(?:-linux-x86_64)?\\.jar");
    Set<String> releases = new TreeSet<>();
    for (String library : libraries(built)) {
      Matcher matcher = name.matcher(library);
      if (matcher.matches()) {
        releases.add(matcher.group(1));
      }
    }
    if (releases.isEmpty()) {
      try (JarFile agent = new JarFile(built.resolve(words[1] + ".jar").toFile())) {
        releases.add(agent.getManifest().getMainAttributes().getValue("Implementation-Version"));
      }
    }
    if (releases.size() != 1) {
      throw new AssertionError("releases of " + artifact + ": " + releases);
    }
    return releases.iterator().next();
  }

  /** Returns the names of the libraries beside the application and in it. */
  private static Set<String> libraries(Path built) throws IOException {
    Set<String> libraries = new TreeSet<>();
    try (Stream<Path> files = Files.walk(built, 2);
        JarFile application = new JarFile(built.resolve("application.jar").toFile())) {
      files.map(Path::toString).forEach(libraries::add);
      application.stream().map(each -> each.getName()).forEach(libraries::add);
    }
    return libraries;
  }
}
