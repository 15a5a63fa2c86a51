package crjvm.agent.os.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProgramTest {
  private static final Path BARE = Path.of("/no/such/runtime");

  @TempDir Path home;

  @Test
  void javaIsJavaWhateverItsCommandLine() {
    assertThat(find("/jdk/bin/java", List.of("java", "@words"), "App a b"))
        .contains(Path.of("/jdk/bin/java"));
  }

  @Test
  void aJavaOfAnotherNameIsKnownByItsCommandLine() {
    assertThat(find("/app/bin/own", List.of("own", "-jar", "app.jar", "a b"), "app.jar a b"))
        .contains(Path.of("/app/bin/own"));
  }

  @Test
  void launchersWithACommandLineOfTheirOwnHaveTheRuntimesJava() throws IOException {
    Path java = home.resolve("bin/java");
    Files.createDirectory(java.getParent());
    Files.createFile(java);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Path javac = home.resolve("bin/javac");
    List<String> words = List.of("javac", "-version");
    String command = "jdk.compiler/com.sun.tools.javac.Main -version";
    assertThat(JavaProgram.find(javac, words, command, home)).contains(java);
  }

  @Test
  void aRuntimeMayHaveNone() {
    assertThat(find("/app/bin/app", List.of("app", "a"), "com.acme.App a")).isEmpty();
    assertThat(find("/usr/bin/server", List.of("server", "a"), "")).isEmpty();
  }

  private static Optional<Path> find(String executable, List<String> words, String command) {
    return JavaProgram.find(Path.of(executable), words, command, BARE);
  }
}
