package crjvm.agent.checkpoint.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplicationCommandTest {
  private static final Path JAVA = Path.of("/jdk/bin/java");
  private static final Path DIRECTORY = Path.of("/srv");
  private static final Path AGENT = Path.of("/srv/lib/crjvm.jar");

  @Test
  void aJarIsMadeAbsolute() {
    ApplicationCommand command =
        of(
            List.of("-Xmx1g", "-javaagent:lib/crjvm.jar=at=main"),
            List.of(
                "java",
                "-Xmx1g",
                "-javaagent:lib/crjvm.jar=at=main",
                "-jar",
                "app.jar",
                "a b",
                "c"),
            "app.jar a b c",
            "app.jar");

    assertThat(command.vm()).containsExactly("/jdk/bin/java", "-Xmx1g");
    assertThat(command.main()).containsExactly("-jar", "/srv/app.jar");
    assertThat(command.arguments()).containsExactly("a b", "c");
  }

  @Test
  void theClassPathIsMadeAbsolute() {
    ApplicationCommand command =
        of(
            List.of("-Da=b"),
            List.of("java", "-Da=b", "-cp", "classes:/lib/x.jar", "com.acme.App"),
            "com.acme.App",
            "classes:/lib/x.jar");

    assertThat(command.vm())
        .containsExactly("/jdk/bin/java", "-Da=b", "-cp", "/srv/classes:/lib/x.jar");
    assertThat(command.main()).containsExactly("com.acme.App");
    assertThat(command.arguments()).isEmpty();
  }

  @Test
  void aModuleStaysAModule() {
    ApplicationCommand command =
        of(
            List.of("--module-path=mods"),
            List.of("java", "-p", "mods", "-m", "acme/com.acme.App", "x"),
            "acme/com.acme.App x",
            "");

    assertThat(command.vm()).containsExactly("/jdk/bin/java", "--module-path=mods");
    assertThat(command.main()).containsExactly("-m", "acme/com.acme.App");
    assertThat(command.arguments()).containsExactly("x");
  }

  @Test
  void otherAgentsStay() {
    ApplicationCommand command =
        of(
            List.of("-javaagent:/other/crjvm.jar", "-javaagent:/srv/lib/crjvm.jar=at=main"),
            List.of("java", "-cp", ".", "App"),
            "App",
            ".");

    assertThat(command.vm())
        .containsExactly("/jdk/bin/java", "-javaagent:/other/crjvm.jar", "-cp", "/srv");
  }

  @Test
  void aNormalStartHasSpringAskForNoCheckpoint() {
    ApplicationCommand command =
        of(
            List.of("-Dspring.context.checkpoint=onRefresh", "-Dspring.context.index=x"),
            List.of("java", "-cp", ".", "App"),
            "App",
            ".");

    assertThat(command.vm())
        .containsExactly("/jdk/bin/java", "-Dspring.context.index=x", "-cp", "/srv");
  }

  @Test
  void argumentsInAnArgumentFileAreSplitAtSpaces() {
    ApplicationCommand command = of(List.of(), List.of("java", "@all"), "App a b", ".");

    assertThat(command.main()).containsExactly("App");
    assertThat(command.arguments()).containsExactly("a", "b");
  }

  /** In a POSIX locale, the JVM has replacements where the kernel has the bytes. */
  @Test
  void charactersThatTheJvmHasLostComeFromTheCommandLine() {
    List<String> line =
        List.of("java", "-Dname=gr\u00fcn?", "-cp", ".", "App", "\u00fc \u2603", "?");
    ApplicationCommand command =
        of(
            ApplicationCommand.complete(List.of("-Dname=gr\ufffd\ufffdn?", "-Dother=\ufffd"), line),
            line,
            "App \ufffd\ufffd ??? ?",
            ".");

    assertThat(command.vm()).contains("-Dname=gr\u00fcn?", "-Dother=\ufffd");
    assertThat(command.arguments()).containsExactly("\u00fc \u2603", "?");
  }

  private static ApplicationCommand of(
      List<String> inputArguments, List<String> line, String javaCommand, String classPath) {
    return ApplicationCommand.of(
        new ApplicationCommand.Source(
            JAVA, inputArguments, line, javaCommand, classPath, DIRECTORY, AGENT));
  }

  @Test
  void propertiesAndArgumentsOfARestoreReplaceThoseOfTheStart() {
    ApplicationCommand command =
        new ApplicationCommand(
            List.of("/opt/java", "-Da=1", "-Dab=2", "-Xmx1g"),
            List.of("-jar", "/a.jar"),
            List.of());

    ApplicationCommand restored =
        command
            .withProperties(List.of("a=x=y", "new", "crjvm.image=/there"))
            .withArguments(List.of("one", ""));

    assertThat(restored.vm()).containsExactly("/opt/java", "-Dab=2", "-Xmx1g", "-Da=x=y", "-Dnew");
    assertThat(restored.main()).containsExactly("-jar", "/a.jar");
    assertThat(restored.arguments()).containsExactly("one", "");
  }

  @Test
  void vmOptionsOfARestoreReplaceThoseOfTheStart() {
    ApplicationCommand command =
        new ApplicationCommand(
            List.of("/opt/java", "-XX:-A", "-XX:AB=1", "-XX:B=old", "-DA=x"),
            List.of("Main"),
            List.of());

    ApplicationCommand restored = command.withVmOptions(List.of("-XX:+A", "-XX:B=n=1"));

    assertThat(restored.vm())
        .containsExactly("/opt/java", "-XX:AB=1", "-DA=x", "-XX:+A", "-XX:B=n=1");
  }
}
