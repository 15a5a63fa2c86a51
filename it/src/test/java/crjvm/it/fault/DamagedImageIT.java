package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Damaged images: files are deleted or cut off, or bits are flipped. A start ends in a right
 * answer, or says what is wrong. No start looks for damage in the content of pages only, but {@code
 * crjvm verify} does.
 */
@Tag("fault")
class DamagedImageIT {
  private static final int LIMIT_S = 30;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final FaultTable TABLE = new FaultTable("Damage to an image");

  private static SelfCheckedImage image;
  private static List<Path> files;

  @BeforeAll
  static void makeImage() throws Exception {
    image = new SelfCheckedImage(BENCH);
    try (Stream<Path> all = Files.list(image.path())) {
      files = all.sorted().toList();
    }
    assertThat(files.stream().map(file -> file.getFileName().toString()))
        .contains("manifest", "memory", "plan");
  }

  @AfterAll
  static void conclude() throws Exception {
    TABLE.conclude(BENCH.log("table.md"));
    assertThat(image.verifies()).isTrue();
    assertThat(image.isRight(image.command().run("undamaged"))).isTrue();
  }

  /**
   * @param isUnnoticed true if a start is allowed to miss the fault
   */
  private static void start(String fault, String where, boolean isUnnoticed) throws Exception {
    RunningProcess process = image.command("--time-limit", "10").start("damaged");
    String end = null;
    if (!process.process().waitFor(LIMIT_S, TimeUnit.SECONDS)) {
      end = "hangs";
      process.kill();
      process.awaitExit();
    } else if (image.isRight(process)) {
      end = "restored, right answer";
      if (!isUnnoticed) {
        TABLE.right(fault, end);
        return;
      }
    } else if (image.hasFallenBack(process)) {
      TABLE.right(fault, "started normally, with a line that says why");
      return;
    } else if (process.awaitExit() == 124 || process.awaitExit() == 123) {
      assertThat(process.messages()).as(process::describe).hasSize(1);
      TABLE.right(fault, "ended with " + process.awaitExit() + " and a line that says why");
      return;
    }
    if (isUnnoticed) {
      String ended = "ended with " + process.awaitExit();
      String silent = process.stdout().contains("wrong ") ? "wrong answer" : ended;
      TABLE.right(fault, end != null ? end : silent);
    } else {
      TABLE.wrong(fault, end != null ? end : "another end", where + "\n" + process.describe());
    }
    removeCrashReports();
  }

  private static void removeCrashReports() throws IOException {
    try (Stream<Path> all = Files.list(image.folder())) {
      for (Path file : all.toList()) {
        if (file.getFileName().toString().startsWith("hs_err_pid")) {
          Files.delete(file);
        }
      }
    }
  }

  private static void verify(String fault, String where) throws Exception {
    if (image.verifies() && fault.contains("bit of `manifest`")) {
      TABLE.right(
          "... of which `crjvm verify`",
          "does not find it: nothing checks the manifest's own words but its signature");
    } else if (image.verifies()) {
      TABLE.wrong(fault, "crjvm verify does not find it", where);
    }
  }

  @Test
  void deletedFiles() throws Exception {
    for (Path file : files) {
      Path away = BENCH.newFolder("away").resolve(file.getFileName());
      Files.move(file, away);
      String fault = "`" + file.getFileName() + "` deleted";
      start(fault, "", false);
      verify(fault, "");
      Files.move(away, file);
    }
  }

  @Test
  void filesThatAreCutOff() throws Exception {
    for (Path file : files) {
      Path away = BENCH.newFolder("away").resolve(file.getFileName());
      Files.move(file, away);
      for (long length : new long[] {0, Files.size(away) / 2}) {
        Files.copy(away, file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
          open.setLength(length);
        }
        User.ORDINARY.own(file);
        String fault = "`" + file.getFileName() + "` cut to " + (length == 0 ? "0" : "half");
        start(fault, "", false);
        verify(fault, "");
        Files.delete(file);
      }
      Files.move(away, file);
    }
  }

  @Test
  void bitsThatAreTurnedOver() throws Exception {
    for (Path file : files) {
      turnBits(
          file,
          file.endsWith("memory") ? FaultTable.runs(300, 12) : FaultTable.runs(100, 8),
          false);
    }
  }

  /** Flips bits as a failing disk does: the file keeps its time. */
  @Test
  void bitsThatTurnOverUnnoticed() throws Exception {
    for (Path file : files) {
      if (file.endsWith("memory") || file.getFileName().toString().startsWith("file-")) {
        turnBits(file, FaultTable.runs(100, 4), true);
      }
    }
  }

  private static void turnBits(Path file, int runs, boolean isUnnoticed) throws Exception {
    FileTime time = Files.getLastModifiedTime(file);
    for (int i = 0; i < runs; i++) {
      long position = Math.floorMod(TABLE.random().nextLong(), Files.size(file));
      int bit = TABLE.random().nextInt(8);
      String fault =
          "one bit of `" + file.getFileName() + "`" + (isUnnoticed ? ", its time kept" : "");
      String where = file + " byte " + position + " bit " + bit;
      turn(file, position, bit);
      if (isUnnoticed) {
        Files.setLastModifiedTime(file, time);
      }
      start(fault, where, isUnnoticed && file.endsWith("memory"));
      if (i % FaultTable.runs(1, 4) == 0) {
        verify(fault, where);
      }
      turn(file, position, bit);
      Files.setLastModifiedTime(file, time);
    }
  }

  private static void turn(Path file, long position, int bit) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(position);
      int value = open.read();
      open.seek(position);
      open.write(value ^ 1 << bit);
    }
  }

  /**
   * Shows that a start reads a copy without the original times once, and then sets these times
   * again.
   */
  @Test
  void aCopyOfAnImageIsReadOnce() throws Exception {
    Path memory = image.path().resolve("memory");
    FileTime time = Files.getLastModifiedTime(memory);
    Files.setLastModifiedTime(memory, FileTime.fromMillis(0));
    RunningProcess first = image.command("--verbose").run("first");
    assertThat(first.stdout()).as(first::describe).contains("right " + first.pid());
    assertThat(first.stderr()).contains("the image's file \"memory\" has another time");
    assertThat(Files.getLastModifiedTime(memory)).isEqualTo(time);
    RunningProcess second = image.command("--verbose").run("second");
    assertThat(second.stdout()).as(second::describe).contains("right " + second.pid());
    assertThat(second.stderr()).doesNotContain("another time");
  }
}
