package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code check-machine} of the distribution, by which users try crjvm on machines of their own. */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("machine")
class CheckMachineIT {
  /** The offset of e_machine in an ELF file, and its number for 64-bit ARM. */
  private static final int MACHINE_AT = 18;

  private static final int AARCH64 = 183;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Path home() {
    return BENCH.launcher().getParent().getParent();
  }

  /** Checks the machine, with a folder for temporary files that has to be empty afterwards. */
  private static RunningProcess check(User user, int status, Object... options) throws Exception {
    Path temporary = BENCH.newFolder("temporary");
    RunningProcess process =
        new Command(BENCH, temporary)
            .as(user)
            .with("TMPDIR", temporary.toString())
            .with("HOME", temporary.toString())
            .add(home().resolve("check-machine"))
            .add(options)
            .run("check-machine");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    assertThat(temporary).isEmptyDirectory();
    assertThat(commands()).noneMatch(command -> command.contains(temporary.toString()));
    return process;
  }

  private static List<String> commands() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .toList();
  }

  @Test
  void whatWorksIsReported_AndNothingIsLeft() throws Exception {
    RunningProcess process = check(User.ORDINARY, 0, "--jdk", Jdk.any().home(), "--json");
    assertThat(process.stderr()).isEmpty();
    Map<String, Object> report = Json.map(Json.parse(process.stdout()));
    assertThat(report).containsEntry("passed", true);
    assertThat(Json.map(report.get("machine"))).containsEntry("architecture", "x86_64");
    assertThat(Json.map(report.get("doctor"))).containsKeys("checkpoint", "restore");
    assertThat(Json.list(report.get("programs"))).hasSize(2);
    Map<String, Object> jdk = Json.map(Json.list(report.get("jdks")).get(0));
    assertThat(jdk).containsEntry("state", "ok").containsEntry("reason", "");
    assertThat(Json.list(jdk.get("restoreMillis"))).hasSize(2).doesNotContainNull();
    assertThat(Json.map(report.get("portable")))
        .containsEntry("level", "v2")
        .containsEntry("state", "ok");
  }

  /** The JVM of this JDK ends where an image is to be made. */
  @Test
  void whatDoesNotWorkIsNamed() throws Exception {
    Path jdk = BENCH.newFolder("jdk");
    String text = "crjvm: checkpoint failed: it can't be; choose another JDK";
    script(
        jdk.resolve("bin/java"),
        "case \" $* \" in *-javaagent*) echo \"" + text + "\"; exit 1 ;; esac",
        Jdk.any().home().resolve("bin/java"));
    script(jdk.resolve("bin/javac"), "", Jdk.any().home().resolve("bin/javac"));
    assertThat(check(User.ORDINARY, 1, "--jdk", jdk).stdout().lines())
        .anyMatch(line -> line.matches("  NO  " + jdk + ": .*: no image \\(status 1\\): " + text))
        .last()
        .asString()
        .isEqualTo("  => something does not work here: the lines with NO say what");
  }

  private static void script(Path file, String line, Path program) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\nexec " + program + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void anotherProcessorsDistributionIsRefused() throws Exception {
    Path copy = BENCH.newFolder("distribution");
    Files.copy(home().resolve("crjvm.jar"), copy.resolve("crjvm.jar"));
    Files.createDirectory(copy.resolve("libexec"));
    for (String each : List.of("machine.sh", "json.sh", "crjvm-restore")) {
      Files.copy(home().resolve("libexec").resolve(each), copy.resolve("libexec").resolve(each));
    }
    try (RandomAccessFile file =
        new RandomAccessFile(copy.resolve("libexec/crjvm-restore").toFile(), "rw")) {
      file.seek(MACHINE_AT);
      file.write(AARCH64);
    }
    assertThat(check(User.ORDINARY, 1, "--crjvm", copy).stderr())
        .hasLineCount(1)
        .contains("this crjvm was built for another processor than this machine's, x86-64; unpack");
  }

  @Test
  void rootAndWrongOptionsAreRefused() throws Exception {
    if (User.isRoot()) {
      assertThat(check(User.ROOT, 125).stderr())
          .contains("it is for an ordinary user, and only setup needs root");
    }
    for (List<String> each : List.of(List.of("--jdk"), List.of("--jdk", "/none"), List.of("-x"))) {
      assertThat(check(User.ORDINARY, 125, each.toArray()).stderr())
          .hasLineCount(1)
          .startsWith("crjvm: check-machine: ")
          .endsWith("; see --help\n");
    }
    assertThat(check(User.ORDINARY, 0, "--help").stdout()).contains("usage: check-machine ");
  }
}
