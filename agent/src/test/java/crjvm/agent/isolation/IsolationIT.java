package crjvm.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of the packaged jar with an application that has older versions of the same libraries. The
 * checkpoint itself is refused, because there is no helper. The test only needs Byte Buddy (for the
 * warm point), JNA and Commons IO to be loaded on both sides.
 */
@Timeout(60)
class IsolationIT {
  private static final Path JAR = Path.of(System.getProperty("crjvm.jar"));

  /** The agent has begun its checkpoint, with all its libraries. */
  private static final String FAILED =
      "crjvm: checkpoint failed: \"/bin/false\" is not the helper of this version";

  @TempDir private Path temp;

  @Test
  void theApplicationKeepsItsOwnLibraries() throws Exception {
    assertThat(run(List.of(), "use-before"))
        .contains(
            "before bytebuddy byte-buddy-1.18.12.jar",
            "before jna jna-5.11.0.jar",
            "before io commons-io-2.13.0.jar",
            "before pid true",
            "before generated generated.before",
            "after bytebuddy byte-buddy-1.18.12.jar",
            "after jna jna-5.11.0.jar",
            "after io commons-io-2.13.0.jar",
            "after pid true",
            "after generated generated.after")
        .anyMatch(line -> line.startsWith(FAILED));
  }

  @Test
  void theAgentUsesItsOwnLibraries() throws Exception {
    List<String> lines = run(List.of("-Xlog:class+load"), "use-before");

    for (String name : List.of("net.bytebuddy.ByteBuddy", "com.sun.jna.Native")) {
      assertThat(lines)
          .filteredOn(line -> line.contains(" " + name + " source: "))
          .hasSize(2)
          .anyMatch(line -> line.endsWith("/crjvm.jar"));
    }
  }

  @Test
  void theApplicationLoadsJnaAfterTheAgentToo() throws Exception {
    assertThat(run(List.of()))
        .contains("after property null", "after jna jna-5.11.0.jar", "after pid true");
  }

  @Test
  void propertiesForTheApplicationsJnaAreNotForTheAgents() throws Exception {
    List<String> options =
        List.of("-Djna.boot.library.path=" + temp, "-Djna.nosys=false", "-Djna.protected=true");

    assertThat(run(options)).contains("after pid true").anyMatch(line -> line.startsWith(FAILED));
  }

  @Test
  void nothingIsLeftInTheTemporaryFolderAndAtHome() throws Exception {
    run(List.of());

    try (Stream<Path> files = Files.list(temp.resolve("tmp"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void theJvmHasNothingToComplainAbout() throws Exception {
    assertThat(run(List.of())).noneMatch(line -> line.contains("WARNING: "));
  }

  private List<String> run(List<String> options, String... arguments) throws Exception {
    Path home = Files.createDirectories(temp.resolve("home"));
    Path temporary = Files.createDirectories(temp.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(
        "-javaagent:"
            + JAR
            + "=image="
            + temp
            + "/image,helper=/bin/false,quiet=off,at=method:"
            + OlderLibrariesApp.class.getName()
            + "#ready");
    command.add("-Duser.home=" + home);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(options);
    command.add("-cp");
    command.add(classPath());
    command.add(OlderLibrariesApp.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }

  private static String classPath() throws Exception {
    List<String> entries = new ArrayList<>();
    entries.add(
        Path.of(OlderLibrariesApp.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString());
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("older.libraries")))) {
      jars.map(Path::toString).forEach(entries::add);
    }
    return String.join(File.pathSeparator, entries);
  }
}
