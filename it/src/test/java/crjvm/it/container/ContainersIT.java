package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images that an ordinary user made on this machine are restored in containers: by another user,
 * without capabilities, under podman's own seccomp filter.
 */
@Tag("container")
@ResourceLock(Containers.RESOURCE)
class ContainersIT {
  private static final String UNKNOWN_HOST = "service.crjvm-test.invalid";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            // The resolver keeps failures for a long time here, so the restore has to forget them.
            TestJvm jvm = new TestJvm(BENCH, jdk).vm("-Dsun.net.inetaddr.negative.ttl=86400");
            String warmUp = jvm.url() + "count*20;" + jvm.url() + "resolve?name=" + UNKNOWN_HOST;
            return readable(jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + warmUp));
          });

  /** Makes the image readable for the container's user, who is not the user that made it. */
  private static Checkpoint readable(Checkpoint checkpoint) throws Exception {
    ContainerEngine.call(List.of("chmod", "-R", "a+rX", checkpoint.image().toString()));
    return checkpoint;
  }

  private static List<Object> restore(Checkpoint checkpoint) {
    return List.of(BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image());
  }

  @OnEachJdk
  void withNothingAsProcessOneBesideTheSameImageOnTheHost(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Container container = CONTAINERS.base().with(Container.CONFINED);
    RunningProcess process = container.start(restore(checkpoint));
    checkpoint.await(process);
    int other = FreePort.find();
    RunningProcess beside =
        checkpoint
            .command("--no-fallback", "--listen", checkpoint.port() + "=" + other)
            .start("host");
    Http.awaitAnswer(beside, other, "/");

    assertThat(checkpoint.askLines("/pid")).containsOnly("1");
    assertThat(Http.ask(other, "/pid").lines()).containsOnly(Long.toString(beside.pid()));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.ask("/count")).isEqualTo("22");
    assertThat(Http.ask(other, "/count")).isEqualTo("21");
    for (String set : List.of("CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(container.status(1, set)).as(set).isEqualTo("0000000000000000");
    }
    assertThat(container.status(1, "NoNewPrivs")).isEqualTo("1");
    assertThat(container.status(1, "Seccomp")).isEqualTo("2");
    assertThat(container.status(1, "Uid")).isEqualTo("1000\t1000\t1000\t1000");

    assertThat(container.stop()).isEqualTo(143);
    assertThat(process.stdout()).isEqualTo("test application: stopped\n");
    assertThat(process.stderr()).isEmpty();
    assertThat(Http.ask(other, "/count")).isEqualTo("22");
    assertThat(beside.terminate()).isEqualTo(143);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "--init",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "--user=4711:4712",
        "--read-only",
        "--read-only --read-only-tmpfs=false",
        "--user=1000:1000 --memory=160m --pids-limit=100",
      })
  void confinedInOneWay(String options) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Container container = CONTAINERS.base().with(options.split(" "));
    RunningProcess process = container.start(restore(checkpoint));
    checkpoint.await(process);
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.askLines("/pid")).containsOnly(options.equals("--init") ? "2" : "1");
    assertThat(container.status(1, "Seccomp")).isEqualTo("2");
    assertThat(container.stop()).isEqualTo(143);
    assertThat(process.stderr()).isEmpty();
  }

  @Test
  void underAShell() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Container container = CONTAINERS.base().with(Container.CONFINED);
    RunningProcess process =
        container.start("sh", "-c", "\"$@\"; exit $?", "sh", restore(checkpoint));
    checkpoint.await(process);
    assertThat(checkpoint.askLines("/pid").get(0)).isNotEqualTo("1");
    // The signal comes from outside: podman exec would have to get its answer out of a container
    // that ends.
    RunningProcess.signal("TERM", ProcFile.children(container.pid()).get(0));
    assertThat(process.awaitExit()).isEqualTo(143);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"INT 130", "HUP 129", "KILL 137"})
  void processOneEndsWithTheStatusOfItsSignal(String signalAndStatus) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Container container = CONTAINERS.base().with(Container.CONFINED);
    checkpoint.await(container.start(restore(checkpoint)));
    String[] words = signalAndStatus.split(" ");
    assertThat(container.kill(words[0])).isEqualTo(Integer.parseInt(words[1]));
  }

  @Test
  void exitStatusIsTheApplications() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess process = CONTAINERS.base().with(Container.CONFINED).start(restore(checkpoint));
    checkpoint.await(process);
    checkpoint.ask("/exit?status=7");
    assertThat(process.awaitExit()).isEqualTo(7);
  }

  @OnEachJdk
  void otherNamesAndAddresses(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Container container = CONTAINERS.base().with(Container.CONFINED).withoutNetwork();
    container.with("--add-host=" + UNKNOWN_HOST + ":192.0.2.7").start(restore(checkpoint));
    container.awaitAnswer(checkpoint.port());
    assertThat(container.ask(checkpoint.port(), "/hostname")).isEqualTo("elsewhere");
    assertThat(container.ask(checkpoint.port(), "/resolve?name=" + UNKNOWN_HOST))
        .isEqualTo("192.0.2.7");
    assertThat(container.stop()).isEqualTo(143);
  }

  @OnEachJdk
  void toolsOfTheJdkWorkInIt(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Container container = CONTAINERS.base().with(Container.CONFINED);
    checkpoint.await(container.start(restore(checkpoint)));
    assertThat(container.exec(jdk.tool("jcmd"), "1", "Thread.print"))
        .contains("\"DestroyJavaVM\"", "\"HTTP-Dispatcher\"");
    assertThat(container.exec(jdk.tool("jps"))).contains("1 test-application.jar");
  }

  @Test
  void everythingThatAJvmDoesWorksInIt() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withExercises();
    Checkpoint checkpoint = readable(jvm.checkpoint());
    Path folder = jvm.folder();
    ContainerEngine.call(List.of("chown", "-R", "1000:1000", folder.toString()));
    Container container = CONTAINERS.base().with(Container.CONFINED).writing(folder);
    checkpoint.await(container.with("--workdir=" + folder).start(restore(checkpoint)));
    for (String exercise : checkpoint.askLines("/exercises")) {
      Http.Response response = Http.get(jvm.port(), "/exercise?name=" + exercise);
      assertThat(response.status()).as(exercise + ": " + response.body()).isEqualTo(200);
    }
    assertThat(container.stop()).isEqualTo(143);
  }
}
