package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mistake in the agent's options costs one clear line, and the application runs on. */
@BesideOthers
@Tag("core")
class AgentOptionsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus=1,at=port:1 | unknown option \"bogus\"",
        "nothing | the option \"nothing\" has no value",
        "at=moon:full | the option \"at\" can't be \"moon:full\"",
        "at=port:99999 | the option \"at\" can't be \"port:99999\"",
        "at=port:x | the option \"at\" can't be \"port:x\"",
        "at=http:somewhere | the option \"at\" can't be \"somewhere\"",
        "at=method:crjvm.it.app.TestApplication | the option \"at\" can't be",
        "at=delay:soon | the option \"at\" can't be \"soon\"",
        "at=delay:1s,at=delay:2s | the option \"at\" is given twice",
        "at=delay:1s,warmup=x*3 | the option \"warmup\" can't be",
        "at=delay:1s,warmup=http://localhost/*many | the option \"warmup\" can't be",
        "at=delay:1s,quiet=maybe | the option \"quiet\" can't be \"maybe\"",
        "at=delay:1s,then=sleep | the option \"then\" can't be \"sleep\"",
        "at=delay:1s,time-limit=0s | the option \"time-limit\" can't be \"0s\"",
      })
  void mistakeIsOneLineAndTheApplicationRuns(String options, String cause) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(jvm, jvm.command(options).start("refused"), cause);
  }

  private static void assertRefused(TestJvm jvm, RunningProcess process, String cause)
      throws Exception {
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(process.stderr().lines()).as(process::describe).hasSize(1);
    assertThat(process.stderr()).startsWith("crjvm: no checkpoint will be made: ").contains(cause);
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stdout()).contains("test application: stopped");
    assertThat(process.stderr().lines()).hasSize(1);
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  @Test
  void unwritableFolderIsOneLine() throws Exception {
    Requirement.need(!Files.isWritable(Path.of("/usr/share")) || User.isRoot(), "all is writable");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        jvm.command("image=/usr/share/crjvm-it/image,at=port:" + jvm.port()).start("unwritable");
    assertRefused(jvm, process, "the folder \"/usr/share\" can't be written");
  }

  @Test
  void folderThatIsNoImageIsOneLineAndUntouched() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path folder = BENCH.newFolder("precious");
    Files.writeString(folder.resolve("thesis"), "text");
    RunningProcess process =
        jvm.command("image=" + folder + ",at=port:" + jvm.port()).start("no-image");
    assertRefused(jvm, process, "\"" + folder + "\" exists and is not an image");
    assertThat(folder.resolve("thesis")).hasContent("text");
  }

  @Test
  void imagePathThatIsAFileIsOneLineAndUntouched() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path file = Files.writeString(BENCH.newFolder("file").resolve("file"), "text");
    RunningProcess process = jvm.command("image=" + file + ",at=port:" + jvm.port()).start("file");
    assertRefused(jvm, process, "\"" + file + "\" exists and is not an image");
    assertThat(file).hasContent("text");
  }
}
