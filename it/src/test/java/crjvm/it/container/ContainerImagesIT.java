package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An ordinary user makes images inside containers with the helper, on an overlay, in mount and PID
 * namespaces. A JVM moves from one container to the next.
 */
@Tag("container")
@ResourceLock(Containers.RESOURCE)
public class ContainerImagesIT {
  /** The options that docs/containers.md asks for. */
  private static final List<String> MAKING =
      List.of("--init", "--cap-add=CHECKPOINT_RESTORE", "--security-opt=seccomp=unconfined");

  private static final List<String> USER = List.of("--user=1000:1000");

  /**
   * The options that give a user the capabilities as Docker does. Docker gives users other than
   * root only the bounding set, and podman gives them ambient capabilities.
   */
  public static final List<String> AS_DOCKER_DOES =
      List.of(
          "setpriv",
          "--reuid=1000",
          "--regid=1000",
          "--clear-groups",
          "--inh-caps=-all",
          "--ambient-caps=-all");

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static Container container(TestJvm jvm) throws Exception {
    return CONTAINERS.maker().with("--workdir=" + jvm.folder()).writing(jvm.folder());
  }

  private static TestJvm newJvm(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    ContainerEngine.call(List.of("chown", "1000:1000", jvm.folder().toString()));
    return jvm;
  }

  private static String options(TestJvm jvm) {
    return "image=" + jvm.image() + ",at=http:" + jvm.url() + ",warmup=" + jvm.url() + "count*20";
  }

  private static List<String> restore(Path image) {
    String launcher = BENCH.launcher().toString();
    return List.of(launcher, "run", "--no-fallback", "--image", image.toString());
  }

  /** Makes an image readable for everybody, as it has to be in a container's layer. */
  private static void open(Path image) throws Exception {
    ContainerEngine.call(List.of("chmod", "-R", "a+rX", image.toString()));
  }

  private static void assertRestores(TestJvm jvm) throws Exception {
    open(jvm.image());
    Container confined = CONTAINERS.base().with(Container.CONFINED);
    RunningProcess inside = confined.start(restore(jvm.image()));
    Http.awaitAnswer(inside, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("21");
    assertThat(confined.stop()).isEqualTo(143);

    Path elsewhere = BENCH.newFolder("host");
    RunningProcess onHost =
        new Command(BENCH, elsewhere).add(restore(jvm.image())).start("on-host");
    Http.awaitAnswer(onHost, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("21");
    assertThat(onHost.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void anImageOfAContainerRestoresInAnotherAndOnTheHost(Jdk jdk) throws Exception {
    TestJvm jvm = newJvm(jdk);
    RunningProcess making = container(jvm).with(MAKING).with(USER).start(jvm.words(options(jvm)));
    jvm.checkpoint(making);
    assertRestores(jvm);
  }

  @Test
  void withNothingButTheBoundingSet() throws Exception {
    TestJvm jvm = newJvm(Jdk.any());
    Container container = container(jvm).with(MAKING).with("--read-only");
    jvm.checkpoint(container.start(AS_DOCKER_DOES, jvm.words(options(jvm))));
    assertRestores(jvm);
  }

  @Test
  void aJvmThatPodmanExecStarted() throws Exception {
    TestJvm jvm = newJvm(Jdk.any());
    Container container = container(jvm).with(MAKING).with(USER);
    RunningProcess shell = container.start("sleep", "3600");
    container.awaitStart();
    container.exec(jvm.words(options(jvm)).toArray());
    assertThat(jvm.image().resolve("manifest")).exists();
    container.kill("KILL");
    shell.awaitExit();
    assertRestores(jvm);
  }

  /** Shows that each missing piece costs a line of its own, and that the application goes on. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "CAP_CHECKPOINT_RESTORE is missing from the bounding set",
        "no_new_privs is set, so the kernel ignores the helper's capability",
        "processes run under a seccomp filter here",
      })
  void whatIsMissingIsSaid(String line) throws Exception {
    List<String> options = new ArrayList<>(MAKING);
    switch (line.substring(0, 3)) {
      case "CAP" -> options.remove("--cap-add=CHECKPOINT_RESTORE");
      case "no_" -> options.add("--security-opt=no-new-privileges");
      default -> options.remove("--security-opt=seccomp=unconfined");
    }
    assertFails(options, line, "21");
  }

  /** Shows that an obstacle which a warm-up can't change is reported instead of the warm-up. */
  @Test
  void aJvmThatIsProcess1IsToldAtItsStart() throws Exception {
    List<String> options = new ArrayList<>(MAKING);
    options.remove("--init");
    assertFails(options, "the JVM is process 1 of its container", "1");
  }

  /**
   * @param count the number of requests that the application has had when the failure is reported
   */
  private void assertFails(List<String> options, String line, String count) throws Exception {
    TestJvm jvm = newJvm(Jdk.any());
    RunningProcess process =
        container(jvm).with(options).start(AS_DOCKER_DOES, jvm.words(options(jvm)));
    process.awaitError("crjvm: checkpoint failed: ");
    assertThat(process.messages())
        .filteredOn(each -> each.contains("failed"))
        .singleElement()
        .asString()
        .contains(line);
    // Some obstacles are reported before the application listens.
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(count);
    assertThat(jvm.image()).doesNotExist();
    try (Stream<Path> left = Files.list(jvm.folder())) {
      assertThat(left).isEmpty();
    }
  }

  /**
   * Shows that podman gives a {@code --user}, too, the capabilities that are added to the bounding
   * set.
   */
  @Test
  void capabilitiesThatPodmanGivesToTheUserAreInTheWay() throws Exception {
    TestJvm jvm = newJvm(Jdk.any());
    List<String> options = new ArrayList<>(MAKING);
    options.add("--cap-add=SYS_PTRACE");
    Container refused = container(jvm).with(options).with(USER);
    RunningProcess process = refused.start(jvm.words(options(jvm)));
    process.awaitError("it holds capabilities (0x80000) that the helper does not have");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("21");
    assertThat(refused.kill("TERM")).isEqualTo(143);

    Container container = container(jvm).with(options).with(USER);
    String[] without = {"setpriv", "--inh-caps=-all", "--ambient-caps=-all"};
    jvm.checkpoint(container.start(List.of(without), jvm.words(options(jvm))));
    assertRestores(jvm);
  }

  /**
   * Shows that a JVM moves on through the containers A, B and C. Each has ended when the next one
   * continues.
   */
  @OnEachJdk
  void aRunningJvmMovesFromContainerToContainer(Jdk jdk) throws Exception {
    TestJvm jvm = newJvm(jdk).arguments("--log", "application.log");
    List<String> places = List.of("b", "c");
    Container container = container(jvm).with(MAKING).with(USER).with("--hostname=a");
    RunningProcess process = container.start(jvm.words("at=api,image=" + jvm.folder() + "/b"));
    int count = 0;
    for (int move = 0; move <= places.size(); move++) {
      Http.awaitAnswer(process, jvm.port(), "/");
      count++;
      assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(Integer.toString(count));
      Http.ask(jvm.port(), "/log?text=move-" + move);
      if (move < places.size()) {
        Http.ask(jvm.port(), "/checkpoint");
        jvm.checkpoint(process);
        Path image = jvm.folder().resolve(places.get(move));
        container = container(jvm).with(MAKING).with(USER).with("--hostname=" + places.get(move));
        process = container.start(restore(image), "-Dcrjvm.image=" + jvm.folder() + "/c");
      }
    }
    assertThat(Files.readString(jvm.folder().resolve("application.log")))
        .isEqualTo("move-0\nmove-1\nmove-2\n");
    assertThat(container.kill("TERM")).isEqualTo(143);
  }
}
