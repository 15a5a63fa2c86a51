package crjvm.agent.checkpoint.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The expectations are those of the JDK's launcher (TestArgsFile, args.c). */
class ArgumentFilesTest {
  @TempDir private Path temp;

  @Test
  void quotesAndEscapesMakeWords() {
    assertThat(
            ArgumentFiles.words(
                "-Dfoo=\"a b # c\" -cp app.jar App # main\n"
                    + "first \"second arg\" its \"\" '' \"a\\tb\\\\c\" it\"'\"s\tc:\\dir\r\n"))
        .containsExactly(
            "-Dfoo=a b # c",
            "-cp",
            "app.jar",
            "App",
            "first",
            "second arg",
            "its",
            "",
            "",
            "a\tb\\c",
            "it's",
            "c:\\dir");
  }

  @Test
  void aQuotationGoesOnAfterABackslashAtTheEndOfItsLine() {
    assertThat(ArgumentFiles.words("-cp \"a.jar:\\\n   b.jar\"\n  # comment\n'open\nend"))
        .containsExactly("-cp", "a.jar:b.jar", "open", "end");
  }

  @Test
  void filesAreExpandedBeforeTheMainClassOnly() throws Exception {
    Files.writeString(temp.resolve("options"), "-cp 'my app.jar'");
    Files.writeString(temp.resolve("main"), "App one\n@options");
    assertThat(expand("@options", "App", "@options", "x"))
        .containsExactly("java", "-cp", "my app.jar", "App", "@options", "x");
    assertThat(expand("-cp", "@options", "@main", "@none"))
        .containsExactly("java", "-cp", "-cp", "my app.jar", "App", "one", "@options", "@none");
    assertThat(expand("@@options", "@x")).containsExactly("java", "@options", "@x");
    assertThat(expand("--disable-@files", "@options"))
        .containsExactly("java", "--disable-@files", "@options");
    assertThat(expand("--module=a/b", "@options"))
        .containsExactly("java", "--module=a/b", "@options");
  }

  @Test
  void aFileThatIsGoneIsAnError() {
    assertThatThrownBy(() -> expand("@gone")).isInstanceOf(IOException.class);
  }

  private List<String> expand(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("java"));
    line.addAll(List.of(words));
    return ArgumentFiles.expand(line, temp);
  }
}
