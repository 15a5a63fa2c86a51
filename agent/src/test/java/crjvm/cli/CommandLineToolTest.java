package crjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CommandLineToolTest {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @BeforeEach
  void listen() {
    PrintStream stream = new PrintStream(said, true, Charset.defaultCharset());
    System.setOut(stream);
    System.setErr(stream);
  }

  @AfterEach
  void stopListening() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(CommandLineTool.run(new String[] {"--version"})).isZero();
    assertThat(said.toString(Charset.defaultCharset())).matches("crjvm \\d+\\.\\d+\\.\\d+.*\\R");
  }

  @Test
  void eachCommandHasTheNameThatItIsFoundBy() {
    for (Map.Entry<String, Class<?>> each : CommandLineTool.COMMANDS) {
      assertThat(each.getValue().getAnnotation(Command.class).name()).isEqualTo(each.getKey());
    }
  }

  @Test
  void helpKnowsEachCommand() {
    assertThat(CommandLineTool.run(new String[] {"help"})).isZero();
    for (Map.Entry<String, Class<?>> each : CommandLineTool.COMMANDS) {
      boolean isShown = !each.getValue().getAnnotation(Command.class).hidden();
      assertThat(said.toString(Charset.defaultCharset()).contains("\n  " + each.getKey() + " "))
          .as(each.getKey())
          .isEqualTo(isShown);
    }
    said.reset();
    assertThat(CommandLineTool.run(new String[] {"help", "inspect"})).isZero();
    assertThat(said.toString(Charset.defaultCharset())).startsWith("Usage: crjvm inspect");
  }

  @Test
  void wrongUseIsOneLineAndExits125() {
    assertThat(CommandLineTool.run(new String[] {"paint"})).isEqualTo(125);
    assertThat(said.toString(Charset.defaultCharset()))
        .hasLineCount(1)
        .startsWith("crjvm: wrong use: ");
  }

  @Test
  void whatIsNoImageIsOneLineAndExits1() {
    assertThat(CommandLineTool.run(new String[] {"inspect", temp.toString()})).isEqualTo(1);
    assertThat(said.toString(Charset.defaultCharset())).hasLineCount(1).startsWith("crjvm: ");
  }

  @Test
  void aMissingContextIsOneLineAndExits1() {
    String[] args = {"compile", "--dump", "d", "--context", temp + "/c", "--image", "i"};
    assertThat(CommandLineTool.run(args)).isEqualTo(1);
    assertThat(said.toString(Charset.defaultCharset()).strip())
        .isEqualTo("crjvm: cannot compile: there is no \"" + temp + "/c\"; check the path");
  }

  @Test
  void levelsAndThreadsOutOfRangeAreWrongUse() {
    for (String option : new String[] {"--level=0", "--level=23", "--threads=0", "--threads=x"}) {
      said.reset();
      assertThat(CommandLineTool.run(new String[] {"pack", option, temp.toString(), "a"}))
          .isEqualTo(125);
      assertThat(said.toString(Charset.defaultCharset()))
          .hasLineCount(1)
          .startsWith("crjvm: wrong use: ")
          .contains(option.substring(0, option.indexOf('=')));
    }
  }

  /** An empty value is that of a variable that is not set. It must not switch off a check. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify --require-signature= DIR",
        "unpack --require-signature= FILE DIR",
        "unpack --identity= FILE DIR",
        "sign --key= DIR",
      })
  void emptyPathsAreWrongUse(String words) {
    assertThat(CommandLineTool.run(words.split(" "))).isEqualTo(125);
    String option = words.split("[ =]")[1];
    assertThat(said.toString(Charset.defaultCharset()))
        .hasLineCount(1)
        .startsWith("crjvm: wrong use: Invalid value for option \"" + option + "\"")
        .contains("it is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify --require-signature=FOLDER FOLDER",
        "unpack --require-signature=FOLDER FILE FOLDER/image",
        "unpack --identity=FOLDER FILE FOLDER/image",
        "unpack FOLDER FOLDER/image",
        "sign --key=FOLDER FOLDER",
      })
  void whatCannotBeReadIsNamed(String words) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path file = Files.createFile(temp.resolve("file"));
    String line = words.replace("FOLDER", folder.toString()).replace("FILE", file.toString());
    assertThat(CommandLineTool.run(line.split(" "))).isEqualTo(1);
    assertThat(said.toString(Charset.defaultCharset()))
        .hasLineCount(1)
        .contains("\"" + folder + "\"")
        .doesNotContain("is not an image");
  }

  @Test
  void whatCannotBePackedOrUnpackedIsOneLineAndExits1() {
    String file = temp.resolve("a").toString();
    assertThat(CommandLineTool.run(new String[] {"pack", temp.toString(), file})).isEqualTo(1);
    assertThat(CommandLineTool.run(new String[] {"unpack", file, temp + "/image"})).isEqualTo(1);
    assertThat(said.toString(Charset.defaultCharset()).lines())
        .containsExactly(
            "crjvm: \""
                + temp
                + "\" is not an image: it has no manifest; give the folder that a checkpoint has written",
            "crjvm: cannot unpack: there is no \"" + file + "\"; check the path");
    assertThat(temp).isEmptyDirectory();
  }
}
