package crjvm.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingFileTest {
  private static final Path FILE = Path.of("/t/lines");

  @TempDir private Path temp;

  private static List<List<String>> arguments(String text) throws Failure {
    return TrainingFile.parse(FILE, text).stream().map(TrainingCommand::arguments).toList();
  }

  @Test
  void wordsAreThoseOfTheShell() throws Failure {
    assertThat(arguments("a 'b  c' \"d\\\"e\\n\" f\\ g '' x'y'\"z\"  # rest\n\n# none\n--v a#b"))
        .containsExactly(List.of("a", "b  c", "d\"e\\n", "f g", "", "xyz"), List.of("--v", "a#b"));
  }

  @Test
  void foldersAndInputsComeFirstAndUnquoted() throws Failure {
    List<TrainingCommand> commands =
        TrainingFile.parse(
            FILE,
            """
            in=src stdin='an input' x
            'in=src' a
            stdin=/dev/null
            a in=src
            """);
    assertThat(commands)
        .containsExactly(
            new TrainingCommand(
                1,
                List.of("x"),
                Optional.of(Path.of("/t/src")),
                Optional.of(Path.of("/t/an input"))),
            new TrainingCommand(2, List.of("in=src", "a"), Optional.empty(), Optional.empty()),
            new TrainingCommand(3, List.of(), Optional.empty(), Optional.of(Path.of("/dev/null"))),
            new TrainingCommand(4, List.of("a", "in=src"), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a 'b|\"a 'b\" has a quote that does not end; close it with '",
        "a \\|\"a \\\" ends with a backslash; keep a command line on one line",
        "in= a|\"in=\" names no path; write in=PATH",
        "in=a in=b|\"in=b\" is given twice; keep one of them",
      })
  void aBadLineIsNamed(String line, String message) {
    assertThatThrownBy(() -> TrainingFile.parse(FILE, "fine\n" + line))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "no checkpoint will be made: in the training file \"/t/lines\", line 2, " + message);
  }

  @Test
  void whatItNamesHasToBeThere() throws Exception {
    Path file = Files.writeString(temp.resolve("lines"), "in=nowhere a");
    assertThatThrownBy(() -> TrainingFile.read(file))
        .hasMessageContaining("\"in=" + temp.resolve("nowhere") + "\" is not a folder");
    Files.writeString(file, "# nothing");
    assertThatThrownBy(() -> TrainingFile.read(file)).hasMessageContaining("has no command line");
    Files.write(file, new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> TrainingFile.read(file)).hasMessageContaining("is not UTF-8 text");
    assertThatThrownBy(() -> TrainingFile.read(temp.resolve("none")))
        .hasMessageContaining("can't be read");
    Files.createDirectory(temp.resolve("nowhere"));
    Files.writeString(file, "in=nowhere a");
    assertThat(TrainingFile.read(file).get(0).folder()).contains(temp.resolve("nowhere"));
  }
}
