package crjvm.it.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every test class is in a tier, and every folder is in the table of .ci/tiers. Five runs of
 * .ci/plan take all of it.
 */
class TiersTest {
  private static final Path ROOT = Path.of(System.getProperty("user.dir"), "..").normalize();
  private static final Path TESTS = ROOT.resolve("it/src/test/java");
  private static final Pattern TAG_OF_CLASS =
      Pattern.compile("(?m)^@Tag\\(\"(\\w+)\"\\)(?=[\\s\\S]*^(?:public )?(?:final )?class )");

  /** The checks that are not test classes: .ci/tiers describes them. */
  private static final Set<String> CHECKS = Set.of("fuzzing", "analysis", "consumers");

  /** The files that a build or an editor leaves in the source tree. */
  private static final Set<String> NOT_SOURCES = Set.of(".git", "target", ".idea", ".vscode");

  @TempDir Path folder;

  @Test
  void everyTestClassIsInOneTier() throws IOException {
    Map<String, String> tiers = tiersOfClasses();
    assertThat(tiers).hasSizeGreaterThan(70).doesNotContainValue("");
    assertThat(document())
        .as("the tiers of docs/testing.md")
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(tiers.values()));
  }

  @Test
  void everyFolderIsInTheTableAndEveryTierOfItExists() throws IOException {
    Map<String, Set<String>> table = table();
    Set<String> known = new TreeSet<>(tiersOfClasses().values());
    known.addAll(CHECKS);
    table.forEach((beginning, tiers) -> assertThat(known).as(beginning).containsAll(tiers));
    assertThat(beginnings()).allSatisfy(path -> assertThat(table).containsKey(path));
    assertThat(table.keySet()).allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
  }

  @Test
  void fiveRunsInARowTakeEverythingOutsideOfTheCoreTierOnce() throws Exception {
    List<String> taken = new ArrayList<>();
    for (int share = 1; share <= 5; share++) {
      taken.addAll(taken(share));
    }
    Set<String> expected = new TreeSet<>(CHECKS);
    tiersOfClasses()
        .forEach((name, tier) -> expected.addAll(tier.equals("core") ? Set.of() : Set.of(name)));
    assertThat(taken).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aChangeTakesItsTiersAndItsTestClass() throws Exception {
    assertThat(taken(1, "it/vm/setup")).contains("VirtualMachineIT", "KernelsIT");
    for (int share = 1; share <= 5; share++) {
      assertThat(taken(share, "oci/pom.xml"))
          .contains("DeliveryIT")
          .containsAnyOf(
              "RegistryIT", "RegistryLoginIT", "ImageStoreIT", "ContainerLayersIT", "OciBuildIT");
    }
    assertThat(taken(1, "launcher/helper/main.c")).contains("fuzzing", "analysis");
    for (int share = 1; share <= 5; share++) {
      assertThat(taken(share, path("GateIT"))).contains("GateIT");
    }
  }

  /** Checks the share of one run: everything would take hours, so five runs take it together. */
  @Test
  void aChangeOfNearlyEverythingTakesTheShareOnly() throws Exception {
    String[] changed = {
      "oci/pom.xml", "servers/pom.xml", "tools/pom.xml", "spring-boot/pom.xml", "it/vm/setup"
    };
    assertThat(taken(2, changed)).containsExactlyInAnyOrderElementsOf(taken(2));
    String[] more = Arrays.copyOf(changed, changed.length + 1);
    more[changed.length] = "launcher/restorer/main.c";
    assertThat(taken(2, more)).containsExactlyInAnyOrderElementsOf(taken(2));
  }

  @Test
  void thereAreFiveShares() throws Exception {
    Process plan = new ProcessBuilder(ROOT.resolve(".ci/plan").toString(), "--share", "6").start();
    String error = new String(plan.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(plan.waitFor()).isEqualTo(2);
    assertThat(error).isEqualTo(".ci/plan: the share \"6\" is not 1 to 5\n");
  }

  /** Returns what a run takes when these files have changed. */
  private List<String> taken(int share, String... changed) throws Exception {
    Path files = Files.write(folder.resolve("changed"), List.of(changed));
    Process plan =
        new ProcessBuilder(
                ROOT.resolve(".ci/plan").toString(),
                "--changed",
                files.toString(),
                "--share",
                Integer.toString(share))
            .redirectErrorStream(true)
            .start();
    String output = new String(plan.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(plan.waitFor()).as(output).isZero();
    return output
        .lines()
        .filter(line -> line.startsWith("take "))
        .map(line -> line.split(" ")[1])
        .toList();
  }

  /** Returns the path of a test class's file, as git writes it. */
  private static String path(String name) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      Path file = files.filter(each -> each.endsWith(name + ".java")).findFirst().orElseThrow();
      return ROOT.relativize(file).toString();
    }
  }

  private static Map<String, String> tiersOfClasses() throws IOException {
    Map<String, String> tiers = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(TESTS)) {
      for (Path file :
          files.filter(path -> path.toString().endsWith("IT.java")).sorted().toList()) {
        Matcher tag = TAG_OF_CLASS.matcher(Files.readString(file));
        String name = file.getFileName().toString().replace(".java", "");
        tiers.put(name, tag.find() ? tag.group(1) : "");
      }
    }
    return tiers;
  }

  /** Returns the first cells of the document's table of tiers. */
  private static List<String> document() throws IOException {
    return Files.readString(ROOT.resolve("docs/testing.md"))
        .lines()
        .dropWhile(line -> !line.startsWith("| Tier |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("`")[1])
        .toList();
  }

  private static Map<String, Set<String>> table() throws IOException {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    for (String line : Files.readAllLines(ROOT.resolve(".ci/tiers"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        List<String> words = List.of(line.trim().split("\\s+"));
        Set<String> tiers = new TreeSet<>(words.subList(1, words.size()));
        tiers.remove("-");
        table.put(words.get(0), tiers);
      }
    }
    return table;
  }

  /**
   * Returns each file and folder at the top, in the spelling of the table, and the folders with
   * tiers of their own.
   */
  private static List<String> beginnings() throws IOException {
    try (Stream<Path> files = Files.list(ROOT)) {
      return files
          .filter(path -> !NOT_SOURCES.contains(path.getFileName().toString()))
          .map(path -> path.getFileName() + (Files.isDirectory(path) ? "/" : ""))
          .sorted()
          .toList();
    }
  }
}
