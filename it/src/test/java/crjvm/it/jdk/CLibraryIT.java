package crjvm.it.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SetupFolder;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images of JVMs that run with a newer C library than the machine's, which {@code it/libc/setup}
 * has fetched. The JVM, CRIU and the restored processes see it in the place of the machine's.
 */
@Tag("jdk")
class CLibraryIT {
  private static final String SUITE = "forky";

  private static final List<String> OBJECTS =
      List.of(
          "held-locks",
          "waited-lock",
          "waited-robust-lock",
          "waited-recursive-lock",
          "held-numbers",
          "wiped-memory",
          "unforked-memory",
          "undumped-memory");

  private static final List<String> OF_NEWER_KERNELS =
      List.of("guarded-memory", "droppable-memory");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Path library() {
    Path path = SetupFolder.of("libc").resolve(SUITE);
    Requirement.need(User.isRoot(), "only root can replace the C library in a mount namespace");
    Requirement.need(
        Files.isReadable(path.resolve("libc.so.6")),
        "there is no C library in \"" + path + "\"; run it/libc/setup");
    return path;
  }

  /**
   * Returns the command with the other library. One mount replaces all of its files at once,
   * because no program runs with parts of two.
   */
  private static Command with(Path library, Command command) {
    String mount =
        "own=$(echo /usr/lib/*-linux-gnu/libc.so.6); own=${own%%/libc.so.6};"
            + " mount -t overlay -o lowerdir=%s:$own crjvm-it $own";
    return MountNamespace.of(command, mount.formatted(library));
  }

  /**
   * Checks the locks whose words have the layout of the library, what only looks like them, and
   * memory as the library marks it, in two copies that run at once.
   */
  @OnEachJdk
  void nativeLocksAndMarkedMemoryAreTheSameInEveryCopy(Jdk jdk) throws Exception {
    Path library = library();
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).withObjects();
    RunningProcess process =
        with(library, jvm.command("image=" + jvm.image() + ",at=api,then=continue,quiet=off"))
            .start("checkpoint");
    Http.awaitAnswer(process, jvm.port(), "/");
    List<String> made = new ArrayList<>(OBJECTS);
    for (String name : OBJECTS) {
      assertThat(Http.ask(jvm.port(), "/make?" + name)).as(name).isEqualTo("0");
    }
    for (String name : OF_NEWER_KERNELS) {
      if (Http.ask(jvm.port(), "/make?" + name).equals("0")) {
        made.add(name);
      }
    }
    assertThat(Http.ask(jvm.port(), "/checkpoint")).isEqualTo("ok");
    assertThat(process.terminate()).isEqualTo(143);
    Checkpoint checkpoint = new Checkpoint(BENCH, jvm, process);
    List<Integer> ports = List.of(FreePort.find(), FreePort.find());
    List<RunningProcess> copies = new ArrayList<>();
    for (int port : ports) {
      String moved = jvm.port() + "=" + port;
      copies.add(
          with(library, checkpoint.command("--no-fallback", "--listen", moved)).start("copy"));
    }
    for (int i = 0; i < copies.size(); i++) {
      Http.awaitAnswer(copies.get(i), ports.get(i), "/");
    }
    for (String name : made) {
      for (int port : ports) {
        assertThat(Http.ask(port, "/check?" + name)).as(name).isEqualTo("ok");
      }
    }
    for (RunningProcess copy : copies) {
      assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    }
  }
}
