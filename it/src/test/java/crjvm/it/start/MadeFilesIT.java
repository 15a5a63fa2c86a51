package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * An application makes folders and temporary files when it starts, and uses them later. A copy may
 * begin on another machine, where they are not there, or where another user has put something in
 * their place.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("variant")
class MadeFilesIT {
  private static final String APPLICATION = "crjvm.it.app.FolderApplication";
  private static final List<String> MADE = List.of("one", "many", "files", "all");
  private static final String ALL_WRITTEN =
      "as it was\n"
          + Stream.of("one", "deep", "files", "them", "work", "inner")
              .map(name -> name + ": written\n")
              .reduce("", String::concat);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private final Path temporary;

  MadeFilesIT() throws IOException {
    temporary = BENCH.newFolder("temporary");
  }

  private Checkpoint image(Jdk jdk, String options) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    jvm.main("-cp", BENCH.application().toString(), APPLICATION);
    jvm.vm("-Xmx64m", "-Djava.io.tmpdir=" + temporary);
    return jvm.checkpoint("at=method:" + APPLICATION + "#haveFolders" + options);
  }

  /** Returns the output of a process, in which the name of the temporary folder is shortened. */
  private static String output(RunningProcess process) throws Exception {
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process.stdout().replaceFirst("(?m)^work[0-9]+", "work");
  }

  private static void deleteMade(Checkpoint image) throws IOException {
    for (String name : MADE) {
      Workbench.delete(image.jvm().folder().resolve(name));
    }
  }

  private static Path named(Path folder, String beginning) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith(beginning))
          .findAny()
          .orElseThrow();
    }
  }

  @OnEachJdk
  @Tag("core")
  void foldersThatAreNotThereAreMade(Jdk jdk) throws Exception {
    Checkpoint image = image(jdk, "");
    deleteMade(image);
    Path file = named(temporary, "settings");
    FileTime written = Files.getLastModifiedTime(file);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).as("what the original has left").containsExactly(file);
    }
    Files.delete(file);

    RunningProcess copy = image.command("--no-fallback").start("copy");
    assertThat(output(copy)).isEqualTo(ALL_WRITTEN);
    assertThat(copy.stderr()).isEmpty();
    Path made = named(temporary, "work");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    assertThat(Files.getOwner(made)).isEqualTo(Files.getOwner(image.jvm().folder()));
    assertThat(file).hasContent("as it was");
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aTemporaryFolderOfAnotherUserIsNotUsed() throws Exception {
    Checkpoint image = image(Jdk.any(), "");
    assertThat(output(image.command("--no-fallback").start("copy"))).isEqualTo(ALL_WRITTEN);
    deleteMade(image);
    Path theirs = named(temporary, "work");
    User.OTHER.own(theirs);

    RunningProcess normal = image.command().start("normal");
    assertThat(output(normal)).isEqualTo(ALL_WRITTEN);
    assertThat(normal.stderr())
        .contains("the temporary folder \"" + theirs + "\" belongs to another user (")
        .contains("starting the application normally");
  }

  @Test
  void norATemporaryFile() throws Exception {
    Checkpoint image = image(Jdk.any(), "");
    deleteMade(image);
    Path theirs = named(temporary, "settings");
    User.OTHER.own(Files.writeString(theirs, "a neighbour's\n"));

    RunningProcess normal = image.command().start("normal");
    assertThat(output(normal)).isEqualTo(ALL_WRITTEN);
    assertThat(normal.stderr())
        .contains("the temporary file \"" + theirs + "\" belongs to another user (");
  }

  @Test
  void aFileInThePlaceOfAFolderMakesTheStartANormalOne() throws Exception {
    Checkpoint image = image(Jdk.any(), "");
    deleteMade(image);
    Path file = Files.createFile(image.jvm().folder().resolve("files"));

    RunningProcess normal = image.command().start("normal");
    assertThat(normal.awaitExit()).isEqualTo(1);
    assertThat(normal.stderr())
        .contains("\"" + file + "\" was a folder that the application had made, and is none now")
        .contains("starting the application normally")
        .contains("FileAlreadyExistsException: files");
  }

  @Test
  void whatCannotBeMadeIsNamed() throws Exception {
    Checkpoint image = image(Jdk.any(), "");
    deleteMade(image);
    Path all = image.jvm().folder();
    Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      RunningProcess copy = image.command("--no-fallback").start("copy");
      assertThat(output(copy))
          .contains("one: java.nio.file.NoSuchFileException: one/file\n")
          .endsWith("work: written\ninner: written\n");
      assertThat(copy.stderr())
          .isEqualTo(
              ("crjvm: the folder \"%s/all\", which the application has made, is missing and can't "
                      + "be made: permission denied (and there are 6 more); the application can't "
                      + "use it%n")
                  .formatted(all));
    } finally {
      Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void orRefusedWhereStaleFilesAre() throws Exception {
    Checkpoint image = image(Jdk.any(), ",stale=refuse");
    deleteMade(image);
    Path all = image.jvm().folder();
    Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      RunningProcess refused = image.command("--no-fallback").start("refused");
      assertThat(refused.awaitExit()).isEqualTo(124);
      assertThat(refused.stderr())
          .contains("the folder \"" + all + "/all\", which the application has made, is missing");
    } finally {
      Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
