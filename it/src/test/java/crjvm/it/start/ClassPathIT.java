package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm java} finds the classes and the environment that java finds. */
@BesideOthers
@Tag("variant")
class ClassPathIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String PLUG = "Plug";

  /** A tool that says which class of another file it has found. */
  private static final String MAIN =
      """
      public class Main {
        public static void main(String[] arguments) throws Exception {
          System.out.println(Class.forName("Plug").getDeclaredConstructor().newInstance());
        }
      }
      """;

  private final Jdk jdk = Jdk.any();
  private JavaCache cache;
  private Path main;
  private Path first;
  private Path second;

  @BeforeEach
  void compile() throws Exception {
    cache = JavaCache.make(BENCH);
    main = BENCH.newFolder("main");
    first = BENCH.newFolder("first");
    second = BENCH.newFolder("second");
    compile(main, "Main", MAIN);
    compilePlug(first, "plug 1");
    compilePlug(second, "plug 2");
  }

  private void compile(Path folder, String name, String source) throws Exception {
    Path file = User.ORDINARY.own(Files.writeString(folder.resolve(name + ".java"), source));
    RunningProcess javac =
        new Command(BENCH, folder).add(jdk.tool("javac"), "-d", folder, file).run("javac");
    assertThat(javac.awaitExit()).as(javac::describe).isZero();
  }

  private void compilePlug(Path folder, String text) throws Exception {
    compile(
        folder,
        PLUG,
        "public class Plug { public String toString() { return \"%s\"; } }".formatted(text));
  }

  private Command java(Path folder, Object... words) {
    return cache.crjvm(jdk, folder, "java", "-XX:+UseSerialGC").add(words).with("CRJVM_DEBUG", "1");
  }

  private static RunningProcess assertSays(String text, Command command) throws Exception {
    RunningProcess process = command.run("tool");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).as(process::describe).isEqualTo(text + "\n");
    return process;
  }

  private static void assertRestores(String text, Command command) throws Exception {
    assertThat(assertSays(text, command).stderr()).contains("crjvm: java: restoring ");
  }

  @Test
  void emptyEntriesAreTheWorkingFolder() throws Exception {
    List<String> words = List.of("-cp", main + ":", "Main");
    RunningProcess process = assertSays("plug 1", java(first, words.toArray()));
    cache.awaitImages(1, process);
    assertRestores("plug 1", java(first, words.toArray()));
    assertSays("plug 2", java(second, words.toArray()));
  }

  @Test
  void changedClassesAreFound() throws Exception {
    Path jar = jar("file.jar", first.toUri().toString());
    assertChangesAreSeen(List.of("-cp", main + ":" + first, "Main"));
    assertChangesAreSeen(List.of("-jar", jar.toString()));
    Path odd = Files.createDirectory(first.resolve("a\nb"));
    User.ORDINARY.own(odd);
    assertThat(java(first, "-cp", main + ":" + odd, "Main").run("odd").stderr())
        .contains("plain java: a path of its files has an end of line");
  }

  private void assertChangesAreSeen(List<String> words) throws Exception {
    compilePlug(first, "plug 1");
    for (String text : List.of("plug 1", "plug 3")) {
      compilePlug(first, text);
      int images = cache.files("manifest").size();
      RunningProcess process = assertSays(text, java(first, words.toArray()));
      if (words.contains("-jar")) {
        cache.awaitRefusal(process);
        assertThat(cache.logs()).contains("the manifest of a jar names the folder \"");
      } else {
        cache.awaitImages(images + 1, process);
      }
      assertSays(text, java(first, words.toArray()));
    }
  }

  private Path jar(String name, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "Main");
    attributes.put(Attributes.Name.CLASS_PATH, main.toUri() + " " + classPath);
    Path jar = main.resolve(name);
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return User.ORDINARY.own(jar);
  }

  /** The variables of the launcher's own script are none of the application's. */
  @Test
  @Tag("core")
  void theEnvironmentIsThatOfTheStart() throws Exception {
    compile(
        second,
        "Environment",
        """
        public class Environment {
          public static void main(String[] arguments) {
            new java.util.TreeMap<>(System.getenv()).forEach(
                (name, value) -> System.out.println(name + "=" + value));
          }
        }
        """);
    Map<String, String> environment = new TreeMap<>();
    for (String name :
        List.of("version", "home", "self", "command", "image", "words", "files", "main", "out")) {
      environment.put(name, "of the user");
    }
    environment.put("CRJVM_FALLBACK", "false");
    Command plain = new Command(BENCH, second).add(jdk.java(), "-cp", second, "Environment");
    plain.with("HOME", cache.home().toString()).with("JAVA_HOME", jdk.home().toString());
    environment.forEach(plain::with);
    String expected = named(plain.run("plain"), environment);
    Command cached = java(second, "-cp", second, "Environment");
    environment.forEach(cached::with);
    RunningProcess process = cached.run("cached");
    assertThat(named(process, environment)).isEqualTo(expected);
    cache.awaitImages(1, process);
    assertThat(named(cached.run("restored"), environment))
        .isEqualTo(expected.replace("CRJVM_FALLBACK=false\n", ""));
  }

  private static String named(RunningProcess process, Map<String, String> environment)
      throws Exception {
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process
        .stdout()
        .lines()
        .filter(line -> environment.containsKey(line.replaceAll("=.*", "")))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
