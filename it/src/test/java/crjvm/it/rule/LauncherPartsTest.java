package crjvm.it.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions of a POSIX shell have no variables of their own: all files that one process reads share
 * them. So each variable belongs to the file that writes it.
 */
class LauncherPartsTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("user.dir"), "..", "launcher").normalize();

  private static final Pattern NOT_CODE =
      Pattern.compile("(?m)^\\s*#.*$|cat <<'END'\\n(?s:.*?)\\nEND$");

  /**
   * The places that write a name: an assignment, a loop, read, and a function, with its brackets.
   */
  private static final List<Pattern> WRITES =
      List.of(
          Pattern.compile("(?m)(?:^|[;{(&|]|\\bthen|\\bdo|\\belse)\\s*([a-z_][a-z_0-9]*)=(?!\\()"),
          Pattern.compile("\\bfor ([a-z_]\\w*) in\\b"),
          Pattern.compile("\\bread -r (?:[a-z_]\\w* )*?([a-z_]\\w*)\\b"),
          Pattern.compile("(?m)^([a-z_]\\w*\\(\\)) \\{"));

  private static String code(String text) {
    return NOT_CODE.matcher(text).replaceAll("");
  }

  private static Set<String> written(String text) {
    String code = code(text);
    Set<String> names = new TreeSet<>();
    for (Pattern pattern : WRITES) {
      pattern.matcher(code).results().forEach(match -> names.add(match.group(1)));
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/crjvm java java-words java-key java-entry agent-options recipe",
        "bin/crjvm tool java-entry agent-options recipe sizes",
        "bin/crjvm checkpoint agent-options",
        "bin/crjvm store store-entry sizes",
        "bin/crjvm warm store-entry sizes",
        "cache sizes"
      })
  void noTwoFilesOfOneProcessWriteTheSameVariable(String files) throws IOException {
    Map<String, Set<String>> writers = new TreeMap<>();
    for (String name : files.split(" ")) {
      String file = name.contains("/") ? name : "libexec/" + name + ".sh";
      Set<String> names = written(Files.readString(LAUNCHER.resolve(file)));
      assertThat(names).as(file).isNotEmpty();
      names.forEach(each -> writers.computeIfAbsent(each, key -> new TreeSet<>()).add(file));
    }
    writers.values().removeIf(each -> each.size() == 1);
    assertThat(writers).isEmpty();
  }

  /**
   * The launcher becomes the application, and an assignment to a variable of the start's
   * environment changes it there.
   */
  @Test
  void noVariableHasANameThatUsersExport() throws IOException {
    try (Stream<Path> parts = Files.list(LAUNCHER.resolve("libexec"))) {
      List<Path> files =
          Stream.concat(Stream.of(LAUNCHER.resolve("bin/crjvm")), parts)
              .filter(file -> !file.endsWith("build.sh")) // its application gets nothing of it
              .toList();
      for (Path file : files) {
        String texts = "printf '[^']*'";
        assertThat(written(Files.readString(file).replaceAll(texts, "")))
            .as(file.toString())
            .filteredOn(name -> !name.endsWith("()"))
            .allMatch(name -> name.startsWith("_") || name.startsWith("crjvm_"));
      }
    }
  }

  /** java.sh tells the story, and its parts know neither it nor each other. */
  @Test
  void partsOfJavaCallNobodyWhoCallsThem() throws IOException {
    List<String> parts = List.of("java-words", "java-key", "java-entry");
    for (String part : parts) {
      String code = code(Files.readString(LAUNCHER.resolve("libexec/" + part + ".sh")));
      Set<String> others = new TreeSet<>(parts);
      others.add("java");
      others.remove(part);
      for (String other : others) {
        for (String name :
            written(Files.readString(LAUNCHER.resolve("libexec/" + other + ".sh")))) {
          if (name.endsWith("()")) {
            assertThat(code)
                .as(part)
                .doesNotContainPattern("\\b" + name.replace("()", "") + "\\b(?!=)");
          }
        }
      }
    }
  }

  @Test
  void everyPartIsInTheDistribution() throws IOException {
    String folder = Files.readString(LAUNCHER.resolve("assembly/folder.xml"));
    try (Stream<Path> parts = Files.list(LAUNCHER.resolve("libexec"))) {
      assertThat(parts.map(part -> "<source>libexec/" + part.getFileName() + "</source>"))
          .hasSizeGreaterThan(10)
          .allSatisfy(line -> assertThat(folder).contains(line));
    }
  }

  @Test
  void writtenVariablesAreFound() {
    assertThat(
            written(
                """
                # a=1
                b=2 # c
                [ -n "$b" ] || d=e=f
                { g=; } 2>/dev/null
                for h in "$@"; do i=1; done
                while IFS= read -r j; do :; done
                cat <<'END'
                k=1
                END
                l() { # m
                    read -r n
                    command --o=p
                }
                """))
        .containsExactlyInAnyOrder("b", "d", "g", "h", "i", "j", "l()", "n");
  }
}
