package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole builds of Gradle that use the plugin, as an ordinary user. */
@BesideOthers
@Tag("delivery")
class GradleIT {
  /** The packages that Gradle's own start script opens for the cache of configurations. */
  private static final List<String> OPENED =
      List.of("lang", "lang.invoke", "util", "nio.charset", "net", "util.concurrent.atomic");

  private static final String SERVER =
      """
      import com.sun.net.httpserver.HttpServer;
      import java.net.InetSocketAddress;

      public class Server {
        public static void main(String[] words) throws Exception {
          int port = Integer.parseInt(words[0]);
          HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
          server.createContext(
              "/",
              exchange -> {
                byte[] answer = "first".getBytes();
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
              });
          server.start();
        }
      }
      """;

  private static final String BOOT =
      """
      package app;

      import org.springframework.boot.SpringApplication;
      import org.springframework.boot.autoconfigure.SpringBootApplication;
      import org.springframework.web.bind.annotation.GetMapping;
      import org.springframework.web.bind.annotation.RestController;

      @SpringBootApplication
      @RestController
      public class Application {
        @GetMapping("/")
        String answer() {
          return "boot";
        }

        public static void main(String[] words) {
          SpringApplication.run(Application.class, words);
        }
      }
      """;

  /** The first build with Spring Boot's plugin gets all libraries from their repository. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Gradle's libraries and the plugin, where an ordinary user can read them. */
  private static Path gradle;

  private static Path home;

  @BeforeAll
  static void copyGradle() throws Exception {
    Path built = Workbench.source("../gradle-plugin/target");
    Path list = built.resolve("gradle-class-path");
    Requirement.need(Files.exists(list), "\"" + list + "\" is missing; build gradle-plugin");
    gradle = BENCH.newFolder("gradle");
    home = BENCH.newFolder("home");
    Workbench.copy(built.resolve("classes"), gradle.resolve("plugin"));
    Workbench.copy(built.resolve("test-classes"), gradle.resolve("runner"));
    Files.createDirectory(gradle.resolve("lib"));
    for (String library : Files.readString(list).strip().split(File.pathSeparator)) {
      Path file = Path.of(library);
      if (library.endsWith(".jar")) {
        Workbench.copy(file, gradle.resolve("lib").resolve(file.getFileName()));
      }
    }
  }

  /** A project of an application that listens on a port. */
  private record Project(Path folder, int port) {
    static Project of(String plugins, String dependencies, String file, String source, String word)
        throws Exception {
      Path folder = BENCH.newFolder("project");
      int port = FreePort.find();
      Path sources = folder.resolve("src/main/java").resolve(file);
      Files.createDirectories(sources.getParent());
      Files.writeString(sources, source);
      Files.writeString(
          folder.resolve("settings.gradle"),
          "pluginManagement { repositories { mavenCentral() } }\nrootProject.name = 'project'\n");
      Files.writeString(
          folder.resolve("build.gradle"),
          """
          plugins { %s; id 'io.crjvm' }
          %s
          crjvm {
            url = 'http://127.0.0.1:%d/'
            arguments = ['%s']
          }
          tasks.withType(JavaCompile).configureEach {
            options.fork = true
            options.forkOptions.executable = '%s'
          }
          """
              .formatted(
                  plugins,
                  dependencies,
                  port,
                  word + port,
                  Jdk.any().java().resolveSibling("javac")));
      own(folder);
      return new Project(folder, port);
    }

    private static void own(Path folder) throws Exception {
      try (var files = Files.walk(folder)) {
        for (Path file : files.toList()) {
          User.ORDINARY.own(file);
        }
      }
    }

    void append(String lines) throws Exception {
      Path script = folder.resolve("build.gradle");
      Files.writeString(script, Files.readString(script) + lines);
    }

    String build(int status, String... words) throws Exception {
      return build(BENCH.product(), status, words);
    }

    String build(Path crjvm, int status, String... words) throws Exception {
      Command command =
          new Command(BENCH, folder)
              .with("HOME", home.toString())
              .with("CRJVM_HOME", crjvm.toString())
              .add(Jdk.any().java(), "-Xmx512m");
      for (String opened : OPENED) {
        command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
      }
      List<Object> rest = new ArrayList<>();
      rest.add("-Dcrjvm.gradle.plugin=" + gradle.resolve("plugin"));
      rest.addAll(List.of("-cp", gradle.resolve("runner") + ":" + gradle.resolve("lib") + "/*"));
      rest.addAll(List.of("crjvm.gradle.InProcessGradle", home, folder));
      rest.addAll(List.of(words));
      RunningProcess gradle = command.add(rest).start("gradle");
      Await.until(LIMIT, "the build to end", () -> !gradle.isAlive(), gradle::describe);
      assertThat(gradle.awaitExit()).as(gradle::describe).isEqualTo(status);
      return gradle.stdout() + gradle.stderr();
    }

    Path image() {
      return folder.resolve("build/crjvm/image");
    }

    void expectAnswer(String answer) throws Exception {
      RunningProcess copy =
          new Command(BENCH, folder)
              .add(BENCH.launcher(), "run", "--no-fallback", "--image", image())
              .start("copy");
      Http.awaitAnswer(copy, port, "/");
      assertThat(Http.ask(port, "/")).isEqualTo(answer);
      assertThat(copy.terminate()).isEqualTo(143);
    }
  }

  private static Project application() throws Exception {
    return Project.of(
        "id 'application'", "application { mainClass = 'Server' }", "Server.java", SERVER, "");
  }

  @Test
  void anImageIsMadeAgainWhenSomethingHasChanged() throws Exception {
    Project project = application();
    String first = project.build(0, "crjvmCheckpoint", "crjvmVerify", "--configuration-cache");
    assertThat(first).contains("Configuration cache entry stored.", "is whole");
    project.expectAnswer("first");
    Object made = Files.getLastModifiedTime(project.image().resolve("manifest"));

    project.build(0, "crjvmCheckpoint", "--configuration-cache");
    String second = project.build(0, "crjvmCheckpoint", "--configuration-cache");
    assertThat(second).contains("Reusing configuration cache.").doesNotContain("image ready");
    assertThat(Files.getLastModifiedTime(project.image().resolve("manifest"))).isEqualTo(made);

    Path source = project.folder().resolve("src/main/java/Server.java");
    Files.writeString(source, SERVER.replace("first", "second"));
    String third = project.build(0, "crjvmCheckpoint", "--configuration-cache");
    assertThat(third).contains("Reusing configuration cache.", "image ready");
    project.expectAnswer("second");
  }

  @Test
  void anImageIsPushedAndPutIntoAContainer() throws Exception {
    Project project = application();
    RegistryServer registry = RegistryServer.start(BENCH);
    Path layout = project.folder().resolve("layout");
    project.append(
        """
        crjvm {
          place = 'oci://%s'
          containerImage = 'oci:%s'
          baseImage = 'scratch'
        }
        """
            .formatted(registry.place("gradle:1"), layout));
    project.build(0, "crjvmPush");
    Path pulled = project.folder().resolve("pulled");
    RunningProcess pull =
        new Command(BENCH, project.folder())
            .with("HOME", home.toString())
            .add(BENCH.launcher(), "pull", "oci://" + registry.place("gradle:1"), pulled)
            .run("pull");
    assertThat(pull.awaitExit()).as(pull::describe).isZero();
  }

  @Test
  void springBootsJarBecomesAnImage() throws Exception {
    Project project =
        Project.of(
            "id 'java'; id 'org.springframework.boot' version '3.5.7';"
                + " id 'io.spring.dependency-management' version '1.1.7'",
            "repositories { mavenCentral() }\n"
                + "dependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }",
            "app/Application.java",
            BOOT,
            "--server.port=");
    project.build(0, "crjvmCheckpoint", "--configuration-cache");
    project.expectAnswer("boot");
  }

  @Test
  void aMistakeIsOneClearLine() throws Exception {
    Project project = application();
    assertThat(project.build(Path.of("/nowhere"), 1, "crjvmCheckpoint"))
        .contains("crjvm: \"/nowhere\" is not a distribution folder of crjvm; set home");
    project.append("crjvm { expect = 'a text that is not there' }\n");
    assertThat(project.build(1, "crjvmCheckpoint"))
        .contains("does not contain \"a text that is not there\"")
        .contains("crjvm build ended with status 1");
    assertThat(project.image().resolve("manifest")).doesNotExist();
    project.append("crjvm { expect = 'first' }\n");
    assertThat(project.build(1, "crjvmPush"))
        .contains("crjvm: there is no place in the block crjvm; set it");
  }
}
