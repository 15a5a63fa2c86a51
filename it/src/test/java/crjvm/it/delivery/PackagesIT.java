package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code release/make-packages}: packages for Debian's and for RPM's package managers, which leave
 * nothing behind when they are removed.
 */
@BesideOthers
@Tag("delivery")
class PackagesIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static List<Path> make(Path folder) throws Exception {
    Requirement.need(
        Files.isExecutable(Path.of("/usr/bin/rpmbuild")),
        "there is no rpmbuild; install the package rpm");
    RunningProcess made = makePackages("--archive", archive(), "--output", folder);
    assertThat(made.awaitExit()).as(made::describe).isZero();
    try (Stream<Path> packages = Files.list(folder)) {
      return packages.sorted().toList();
    }
  }

  private static RunningProcess makePackages(Object... words) throws Exception {
    return new Command(BENCH, BENCH.newFolder("work"))
        .as(User.ROOT)
        .add(ROOT.resolve("release/make-packages"))
        .add(words)
        .run("packages");
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("launcher/target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("crjvm-[^/]*[^4]\\.tar\\.gz"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theyAreTheSameTwiceAndLeaveNothing() throws Exception {
    Requirement.need(User.isRoot(), "only root can make another system");
    Path folder = BENCH.newFolder("packages");
    List<Path> packages = make(folder);
    List<Path> again = make(BENCH.newFolder("again"));
    assertThat(packages).hasSize(2);
    for (int i = 0; i < packages.size(); i++) {
      assertThat(again.get(i)).hasSameBinaryContentAs(packages.get(i));
    }

    RunningProcess process =
        new Command(BENCH, BENCH.newFolder("work"))
            .as(User.ROOT)
            .add("unshare", "--mount", Workbench.source("src/test/sh/installed-packages"))
            .add("trixie", folder)
            .start("installed-packages");
    Await.until(LIMIT, "the packages to be removed", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    for (String name : List.of("deb", "rpm")) {
      assertThat(process.stdout().lines().filter(line -> line.startsWith(name + ": ")))
          .as(process::describe)
          .hasSize(6)
          .element(0)
          .asString()
          .startsWith(name + ": crjvm ");
      assertThat(process.stdout().lines())
          .contains(
              name + ": manual page",
              name + ": no criu yet",
              name + ": the helper has its capability",
              name + ": removed")
          .anyMatch(line -> line.startsWith(name + ": crjvm: run: unknown option \"--bogus\""));
    }
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    assertFails(125, "crjvm: release/make-packages: --archive is missing; see --help");
    assertFails(125, "\"--bogus\" is not an option", "--bogus");
    assertFails(1, "there is no \"x.tar.gz\"; check", "--archive", "x.tar.gz", "--output", "x");
  }

  private static void assertFails(int status, String text, Object... words) throws Exception {
    RunningProcess process = makePackages(words);
    assertThat(process.awaitExit()).isEqualTo(status);
    assertThat(process.stderr()).hasLineCount(1).contains(text);
  }
}
