package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.JvmPlace;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The application writes to the end of files, in append mode and without it. Whatever has happened
 * to the files since the checkpoint, it overwrites nothing and loses nothing.
 */
@BesideOthers
@Tag("core")
class LogsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<String> COMMANDS = List.of("log", "written");

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            jvm.arguments("--log", file(jvm, "log").toString());
            jvm.arguments("--written", file(jvm, "written").toString());
            String warmUp = jvm.url() + "log?text=first*1;" + jvm.url() + "written?text=first*1";
            return jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + warmUp);
          });

  private static Path file(JvmPlace jvm, String name) {
    return jvm.folder().resolve(name + ".txt");
  }

  /**
   * Restores a process that writes a line, and checks the content of each file before and after it.
   */
  private static void restoreAndWrite(Checkpoint checkpoint, String... expected) throws Exception {
    RunningProcess restored = checkpoint.restore();
    for (String command : COMMANDS) {
      assertThat(checkpoint.ask("/" + command + "?text=more")).isEqualTo("ok");
      Path file = file(checkpoint.jvm(), command);
      assertThat(Files.readAllLines(file)).as(command).containsExactly(expected);
    }
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static void put(Checkpoint checkpoint, String content) throws Exception {
    for (String command : COMMANDS) {
      // The file stays, with its owner.
      Files.writeString(file(checkpoint.jvm(), command), content);
    }
  }

  @OnEachJdk
  void grownOnesGoOnAtTheirEnd(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    put(checkpoint, "first\nof another copy\n");
    restoreAndWrite(checkpoint, "first", "of another copy", "more");
  }

  @Test
  void emptiedOnesBeginAgain() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    put(checkpoint, "");
    restoreAndWrite(checkpoint, "more");
  }

  @OnEachJdk
  void rotatedOnesAreMadeAnew(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    put(checkpoint, "first\n");
    for (String command : COMMANDS) {
      Path file = file(checkpoint.jvm(), command);
      Files.deleteIfExists(file.resolveSibling("rotated"));
      Files.move(file, file.resolveSibling("rotated"));
    }
    restoreAndWrite(checkpoint, "more");
    for (String command : COMMANDS) {
      assertThat(Files.getPosixFilePermissions(file(checkpoint.jvm(), command)))
          .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  @Test
  void copiesInAppendModeShareOne() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    put(checkpoint, "first\n");
    Path log = file(checkpoint.jvm(), "log");
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/log?text=one")).isEqualTo("ok");
    Files.writeString(log, "between\n", StandardOpenOption.APPEND);
    assertThat(checkpoint.ask("/log?text=two")).isEqualTo("ok");
    assertThat(Files.readAllLines(log)).containsExactly("first", "one", "between", "two");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void aMissingFolderIsNamed() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path folder = BENCH.newFolder("logs");
    jvm.arguments("--log", folder.resolve("log.txt").toString());
    Checkpoint checkpoint = jvm.checkpoint();
    Files.delete(folder.resolve("log.txt"));
    Files.delete(folder);
    RunningProcess refused = checkpoint.command("--no-fallback").run("refused");
    assertThat(refused.awaitExit()).isEqualTo(124);
    assertThat(refused.stderr())
        .contains("the file \"" + folder.resolve("log.txt") + "\" is missing");
  }
}
