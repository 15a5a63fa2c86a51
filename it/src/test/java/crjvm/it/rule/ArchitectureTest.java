package crjvm.it.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources are as docs/architecture.md says, and no dependencies form a circle. */
class ArchitectureTest {
  private static final Path ROOT = Path.of(System.getProperty("user.dir"), "..").normalize();

  /** The folders of launcher/ whose C files the document names. */
  private static final Set<String> PROGRAMS = Set.of("helper", "restorer", "transfer", "verifier");

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern C_FILE = Pattern.compile("`(\\w+\\.[ch])`");

  /**
   * The types of org.crac, which refer to each other. org.crac finds the types that stand for them
   * by these names and with these methods, so they do the same. There is no other circle.
   */
  private static final Set<String> CRAC = Set.of("crjvm.crac.Context", "crjvm.crac.Resource");

  private static JavaSources product() throws IOException {
    return JavaSources.read(
        JavaSources.PRODUCT.stream()
            .map(module -> ROOT.resolve(module + "/src/main/java"))
            .toList());
  }

  private static String document() throws IOException {
    return Files.readString(ROOT.resolve("docs/architecture.md"));
  }

  /** Returns the cells of a table's rows. The heading of the first column names the table. */
  private static Stream<String[]> rows(String heading) throws IOException {
    return document()
        .lines()
        .dropWhile(line -> !line.startsWith("| " + heading + " |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|"));
  }

  /** Returns the last cell of each package's row. */
  private static Map<String, String> table() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    rows("Package").forEach(cells -> rows.put(first(cells[1]), cells[3].strip()));
    return rows;
  }

  /** Returns the names in the first column of a table. */
  private static Set<String> names(String heading) throws IOException {
    return rows(heading)
        .flatMap(cells -> QUOTED.matcher(cells[1]).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> filesIn(Path folder, Predicate<Path> isOfInterest) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(isOfInterest)
          .map(path -> path.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String first(String cell) {
    return QUOTED.matcher(cell).results().findFirst().orElseThrow().group(1);
  }

  @Test
  void theTableHasEveryPackageAndNoOther() throws IOException {
    assertThat(table().keySet()).containsExactlyInAnyOrderElementsOf(product().packages().keySet());
  }

  @Test
  void packagesUseWhatTheTableLetsThemUse() throws IOException {
    Map<String, String> table = table();
    Set<String> above = new TreeSet<>();
    Map<String, Set<String>> used = product().packages();
    for (String name : table.keySet()) {
      Set<String> allowed = allowed(name, table.get(name), above, table.keySet());
      assertThat(allowed).as("what " + name + " may use").containsAll(used.get(name));
      above.add(name);
    }
  }

  private static Set<String> allowed(String row, String cell, Set<String> above, Set<String> all) {
    Set<String> allowed = new TreeSet<>();
    if (cell.equals("all of the above")) {
      return above;
    } else if (cell.startsWith("its own packages")) {
      all.stream().filter(name -> name.startsWith(row + ".")).forEach(allowed::add);
    }
    for (String part : cell.replaceAll("\\([^)]*\\)", "").split("[,;]")) {
      for (MatchResult match : QUOTED.matcher(part).results().toList()) {
        allowed.add(full(row, match.group(1), all));
      }
    }
    assertThat(allowed.isEmpty()).as(row).isEqualTo(cell.equals("nothing of crjvm"));
    return allowed;
  }

  /**
   * Returns the full name of a package. The table shortens the names of packages that are near, of
   * the agent, and of images.
   */
  private static String full(String row, String name, Set<String> all) {
    String parent = row.contains(".") ? JavaSources.packageOf(row) : row;
    return Stream.of("", row + ".", parent + ".", "crjvm.agent.", "crjvm.image.", "crjvm.")
        .map(prefix -> prefix + name)
        .filter(all::contains)
        .findFirst()
        .orElseThrow(() -> new AssertionError(row + ": \"" + name + "\" is not a package"));
  }

  @Test
  void packagesAreInNoCircle() throws IOException {
    assertThat(JavaSources.circles(product().packages())).isEmpty();
  }

  @Test
  void filesAreInNoCircle() throws IOException {
    assertThat(JavaSources.circles(product().files())).containsExactly(CRAC);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent", "gradle-plugin", "image", "maven-plugin", "oci", "requests"})
  void testsAreInNoCircle(String module) throws IOException {
    assertNoCircle(module + "/src/test/java");
  }

  @Test
  void integrationTestsAreInNoCircle() throws IOException {
    assertNoCircle("it/src/test/java", "it/src/main/java");
  }

  /** Looks at programs that belong to no module, all together. */
  @ParameterizedTest
  @ValueSource(strings = {"benchmark", "examples", "frameworks", "servers"})
  void otherProgramsAreInNoCircle(String folder) throws IOException {
    try (Stream<Path> folders = Files.walk(ROOT.resolve(folder))) {
      assertNoCircle(
          folders
              .map(each -> ROOT.relativize(each).toString())
              .filter(each -> each.matches(".*/src/(main|test)/java"))
              .toArray(String[]::new));
    }
  }

  private static void assertNoCircle(String... folders) throws IOException {
    JavaSources sources =
        JavaSources.read(Stream.of(folders).map(folder -> ROOT.resolve(folder)).toList());
    assertThat(sources.files()).isNotEmpty();
    assertThat(JavaSources.circles(sources.files())).isEmpty();
    assertThat(JavaSources.circles(sources.packages())).isEmpty();
  }

  /** Compares the files by name, because a file may stand in the folder of a processor. */
  @Test
  void theDocumentNamesEveryFileOfTheProgramsAndNoOther() throws IOException {
    Set<String> named =
        C_FILE
            .matcher(document())
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> present = new TreeSet<>();
    for (String program : PROGRAMS) {
      try (Stream<Path> files = Files.walk(ROOT.resolve("launcher/" + program))) {
        files
            .map(path -> ROOT.resolve("launcher").relativize(path).toString())
            .filter(path -> path.endsWith(".c") || path.endsWith(".h"))
            .filter(path -> !path.matches("\\w+/(\\w+/)?(build|tests?|fuzz)/.*"))
            .map(path -> path.substring(path.lastIndexOf('/') + 1))
            .forEach(present::add);
      }
    }
    assertThat(present).hasSizeGreaterThan(50).containsAll(named);
    assertThat(named).containsAll(present.stream().filter(name -> name.endsWith(".c")).toList());
  }

  @Test
  void theDocumentNamesEveryFolderAndNoOther() throws IOException {
    Set<String> present = filesIn(ROOT, Files::isDirectory);
    present.removeIf(name -> name.startsWith(".") || name.equals("target"));
    assertThat(names("Folder")).isEqualTo(present);
  }

  @Test
  void theDocumentNamesEveryPartOfTheLauncherAndNoOther() throws IOException {
    Set<String> present = filesIn(ROOT.resolve("launcher/libexec"), Files::isRegularFile);
    assertThat(names("Part")).isEqualTo(present);
  }

  @Test
  void circlesAreFound() {
    JavaSources sources =
        JavaSources.of(
            "A.java", "package x;\nimport y.B;\nclass A { B b; /* C */ }",
            "B.java", "package y;\nclass B { Nested n; class Nested { String s = \"C\"; } }",
            "C.java", "package x;\nclass C { x.D.E e; }",
            "D.java", "package x;\nclass D { void f() { C.g(); } enum E {} }",
            "F.java", "package y;\nimport static x.A.z;\nclass F {}");
    assertThat(sources.files().get("x.A")).containsExactly("y.B");
    assertThat(sources.files().get("y.B")).isEmpty();
    assertThat(JavaSources.circles(sources.files())).containsExactly(Set.of("x.C", "x.D"));
    assertThat(JavaSources.circles(sources.packages())).containsExactly(Set.of("x", "y"));
  }
}
