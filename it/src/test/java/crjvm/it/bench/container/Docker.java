package crjvm.it.bench.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Docker's daemon with storage, mounts and a network of its own, and with podman's base image.
 * Nothing is pulled from anywhere. Register it as a static extension.
 */
public final class Docker implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** runc refuses a machine with both versions of cgroups mounted. */
  private static final String START =
      "! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified || exit 1;"
          + " ip link set lo up || exit 1;"
          + " exec dockerd --host=unix://\"$1\"/socket --pidfile=\"$1\"/pid"
          + " --data-root=\"$1\"/data --exec-root=\"$1\"/exec";

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Workbench bench;
  private Path folder;
  private RunningProcess daemon;

  public Docker(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Requirement.need(User.isRoot(), "only root can run Docker's daemon here");
    for (String program : List.of("dockerd", "docker", "ip", "iptables")) {
      Requirement.need(ContainerEngine.isThere(program), "there is no " + program);
    }
    ContainerEngine podman = ContainerEngine.of(context);
    folder = Files.createTempDirectory("crjvm-docker-");
    daemon =
        new Command(bench, folder)
            .as(User.ROOT)
            .with("PATH", PATH)
            .add("unshare", "--net", "--mount", "sh", "-c", START, "sh", folder)
            .start("dockerd");
    Await.until(
        RunningProcess.LIMIT,
        "Docker's daemon",
        () -> {
          assertThat(daemon.isAlive()).as(daemon::describe).isTrue();
          return Files.exists(folder.resolve("socket"));
        },
        daemon::describe);
    String load = "\"$1\" save \"$2\" | docker load && docker tag \"$2\" localhost/debian-java";
    run(folder, "load", load, podman.command(), ContainerEngine.BASE);
  }

  /**
   * Runs a script that calls docker, in the network of the containers' ports. The script has to
   * succeed.
   */
  public RunningProcess run(Path directory, String name, String script, Object... arguments)
      throws Exception {
    RunningProcess process =
        new Command(bench, directory)
            .as(User.ROOT)
            .with("PATH", PATH)
            .with("DOCKER_HOST", "unix://" + folder.resolve("socket"))
            .add("nsenter", "--target", daemon.pid(), "--net")
            .add("sh", "-c", "set -ex\n" + script, "sh")
            .add(arguments)
            .start(name);
    Await.until(
        Http.START_LIMIT.multipliedBy(3),
        name + " to end",
        () -> !process.isAlive(),
        process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process;
  }

  /** Returns the same command in the network of the daemon. */
  public Command of(Command command) {
    return command.wrappedIn("nsenter", "--target", Long.toString(daemon.pid()), "--net");
  }

  /** Ends the containers of a test, so that their ports are free. */
  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    run(folder, "remove", "docker ps --all --quiet | xargs --no-run-if-empty docker rm --force");
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (daemon != null && daemon.isAlive()) {
      daemon.terminate();
      ContainerEngine.call(List.of("rm", "-rf", folder.toString()));
    }
  }
}
