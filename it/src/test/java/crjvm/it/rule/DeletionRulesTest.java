package crjvm.it.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Where others may write, a path can mean another file a moment later. So the product deletes and
 * renames only through OwnFiles and the classes below, each of which has a reason.
 */
class DeletionRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("user.dir"), "..").normalize();

  private static final Pattern JAVA =
      Pattern.compile(
          "(?<![A-Za-z])Files\\.(?:delete|deleteIfExists|move)\\(|File\\([^)]*\\)\\.delete\\(\\)"
              + "|(?<![A-Za-z])Files::delete");

  private static final Pattern C =
      Pattern.compile("\\b(?:unlink|rename|rmdir|remove)\\(|AT_FDCWD[^;]*\\b(?:unlink|rename)at");

  private static final Pattern RESTORER =
      Pattern.compile(
          "\\bsys\\((?:unlink|rename|rmdir|link|symlink)|O_CREAT(?![^;]*O_(?:EXCL|NOFOLLOW))");

  private static final String OWN_FOLDER = "in a folder that only its user can enter";
  private static final String ONE_NAME = "one name, of which no link is followed: unlink, rename";

  private static final Map<String, String> ALLOWED =
      Map.ofEntries(
          Map.entry("AttachSocket", ONE_NAME + "; HotSpot's own, in sticky /tmp"),
          Map.entry("CacheEntry", OWN_FOLDER),
          Map.entry("ClassList", OWN_FOLDER),
          Map.entry("CompileMadeStep", OWN_FOLDER),
          Map.entry("DistributionFinder", "in the target folder of a build"),
          Map.entry("ImageOutput", ONE_NAME),
          Map.entry("ImagePacker", ONE_NAME),
          Map.entry("ImagePlace", ONE_NAME),
          Map.entry("ImagePuller", OWN_FOLDER),
          Map.entry("ImageSeries", ONE_NAME),
          Map.entry("ImageSignature", OWN_FOLDER),
          Map.entry("ImageStore", "in a folder that only its user can write"),
          Map.entry("Jna", ONE_NAME),
          Map.entry("LayerStore", OWN_FOLDER),
          Map.entry("LayoutFolder", ONE_NAME),
          Map.entry("OutsideFiles", ONE_NAME + "; a folder without files"),
          Map.entry("OwnFiles", "this is it"),
          Map.entry("PerfData", OWN_FOLDER),
          Map.entry("PerfDataCleaner", OWN_FOLDER),
          Map.entry("AttachFolder", OWN_FOLDER),
          Map.entry("ShutdownWork", "the application's own, as it has asked for"),
          Map.entry("ToolPages", OWN_FOLDER),
          Map.entry("PlanReplacement", OWN_FOLDER));

  @Test
  void javaDeletesByDescriptorsWhereOthersMayWrite() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : JavaSources.PRODUCT) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          if (JAVA.matcher(Files.readString(file)).find()) {
            found.add(file.getFileName().toString().replace(".java", ""));
          }
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  @Test
  void privilegedProgramsHaveNoPathsAtAll() throws IOException {
    for (String program : Set.of("helper", "verifier")) {
      try (Stream<Path> files = Files.list(ROOT.resolve("launcher/" + program))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".c")).toList()) {
          assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(C);
        }
      }
    }
  }

  @Test
  void restorerHasOneFileForIt() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.list(ROOT.resolve("launcher/restorer"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".c")).toList()) {
        if (RESTORER.matcher(Files.readString(file)).find()) {
          found.add(file.getFileName().toString());
        }
      }
    }
    assertThat(found).containsExactly("own_files.c");
    assertThat(Files.readString(ROOT.resolve("launcher/restorer/own_files.c")))
        .doesNotContainPattern(C);
  }
}
