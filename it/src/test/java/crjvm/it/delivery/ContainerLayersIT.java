package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Compilers;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.OciLayout;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A Spring Boot application that is taken apart for the checkpoint. The next version of its
 * container image brings its own classes and its image, and no library.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("delivery")
@ResourceLock(Containers.RESOURCE)
class ContainerLayersIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final Jdk JDK = Jdk.any();

  /**
   * The place of the application's layer, which base, libraries, launcher and snapshots are below.
   */
  private static final int APPLICATION = 4;

  private final int port = FreePort.find();

  private static RunningProcess succeed(Command command, String name) throws Exception {
    RunningProcess process = command.run(name);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process;
  }

  private Command checkpoint(Path folder, Path jar) throws Exception {
    return new Command(BENCH, folder)
        .with("JAVA_HOME", JDK.home().toString())
        .add(BENCH.launcher(), "checkpoint", "--image", folder.resolve("image"))
        .add("--at", "http:http://localhost:" + port + "/settings", "--quiet", "off")
        .add("--extract", folder.resolve("extracted"))
        .add(
            "--",
            JDK.java(),
            Compilers.options(),
            "-Xmx128m",
            "-Dserver.port=" + port,
            "-jar",
            jar);
  }

  /** Makes an image of a jar, always at the same place, and a container image of it. */
  private OciLayout version(Path folder, Path jar, String name) throws Exception {
    Workbench.delete(folder.resolve("image"));
    Workbench.delete(folder.resolve("extracted"));
    succeed(checkpoint(folder, jar), "checkpoint-" + name);
    Path layout = folder.resolve(name);
    RunningProcess build =
        succeed(
            new Command(BENCH, folder)
                .with("HOME", folder.toString())
                .add(BENCH.launcher(), "oci", "build", "--image", folder.resolve("image"))
                .add("--to", "oci:" + layout),
            "oci-build-" + name);
    assertThat(build.stderr()).isEmpty();
    return new OciLayout(layout);
  }

  @Test
  void aSecondVersionBringsItsClassesAndItsCheckpointOnly() throws Exception {
    JDK.require();
    Path folder = BENCH.newFolder("layers");
    Path built = BENCH.copyOfFramework("spring-settings-4", "application.jar");
    Path jar = User.ORDINARY.own(Files.copy(built, folder.resolve("shop.jar")));
    OciLayout first = version(folder, jar, "first");

    // The other version was built at another time, and has one more file.
    Files.writeString(
        Files.createDirectories(folder.resolve("BOOT-INF/classes")).resolve("new"), "");
    succeed(
        new Command(BENCH, folder)
            .as(User.ROOT)
            .add(JDK.home().resolve("bin/jar"), "uf", jar, "BOOT-INF/classes/new"),
        "jar");
    OciLayout second = version(folder, jar, "second");
    assertThat(first.layers()).hasSize(6);
    assertThat(second.layers()).hasSize(6);
    assertThat(second.layers().subList(0, APPLICATION))
        .isEqualTo(first.layers().subList(0, APPLICATION));
    assertThat(second.layers().subList(APPLICATION, 6)).doesNotContainAnyElementsOf(first.layers());
    long libraries = Files.size(first.blob(first.layers().get(1)));
    long application = Files.size(second.blob(second.layers().get(APPLICATION)));
    long checkpoint = Files.size(second.blob(second.layers().get(APPLICATION + 1)));
    assertThat(application).isLessThan(libraries / 20);
    assertThat(second.sizeBeside(first)).isEqualTo(application + checkpoint);

    String image = CONTAINERS.engine().podman("pull", "--quiet", "oci:" + second.folder());
    Container container =
        CONTAINERS.of(image).with("--cap-drop=ALL", "--security-opt=no-new-privileges");
    for (List<String> options : List.of(List.of("--no-fallback"), List.of("--no-restore"))) {
      RunningProcess process = container.start(options);
      Http.awaitAnswer(process, port, "/settings");
      assertThat(container.stop()).isEqualTo(143);
    }
  }

  @Test
  void aJarThatIsNotTakenApartIsNamed() throws Exception {
    JDK.require();
    Path folder = BENCH.newFolder("fat");
    Path jar = BENCH.copyOfFramework("spring-settings-4", "application.jar");
    Path plain = BENCH.application();
    Path taken = User.ORDINARY.own(Files.createDirectory(folder.resolve("extracted")));
    User.ORDINARY.own(Files.writeString(taken.resolve("file"), "somebody's"));
    RunningProcess refused = checkpoint(folder, jar).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(125);
    assertThat(refused.stderr())
        .hasLineCount(1)
        .startsWith("crjvm: checkpoint: \"" + jar + "\" can't be extracted to \"" + taken + "\": ");
    refused = checkpoint(folder, plain).run("plain");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(125);
    assertThat(refused.stderr())
        .isEqualTo(
            "crjvm: checkpoint: \""
                + plain
                + "\" is not an executable jar of Spring Boot 3.3 or newer; leave --extract out\n");
  }
}
