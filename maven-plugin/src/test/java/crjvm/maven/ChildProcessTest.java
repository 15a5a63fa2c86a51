package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests with real processes that nothing that a build has started continues, whatever happens to
 * the build.
 */
@Timeout(60)
class ChildProcessTest {
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** A shell that starts a child, prints both ids, and ignores SIGTERM like the child. */
  private static final List<String> STUBBORN =
      List.of("sh", "-c", "trap '' TERM; sleep 600 & echo $$ $!; wait; wait");

  private static long[] ids(String line) {
    return Arrays.stream(line.strip().split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static void assertGone(long... ids) throws Exception {
    for (long id : ids) {
      Optional<ProcessHandle> running = ProcessHandle.of(id);
      if (running.isPresent()) {
        running.get().onExit().get(30, TimeUnit.SECONDS);
      }
    }
  }

  private static boolean isRunning(long id) {
    return ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void outputAndStatusAreHandedOn() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo a; echo b >&2; exit 7");
    try (ChildProcess child = ChildProcess.start(builder, GRACE, lines::add)) {
      assertThat(child.await(Duration.ofSeconds(30))).isTrue();
      assertThat(child.status()).isEqualTo(7);
      assertThat(lines).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void closingEndsDescendantsToo() throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    long[] ids;
    try (ChildProcess child = ChildProcess.start(new ProcessBuilder(STUBBORN), GRACE, lines::add)) {
      String line = lines.poll(30, TimeUnit.SECONDS);
      assertThat(line).isNotNull();
      ids = ids(line);
      assertThat(isRunning(ids[1])).isTrue();
    }
    assertGone(ids);
  }

  /** Tests an end of the build by Ctrl-C, and by a pipeline that is cancelled. */
  @Test
  void theBuildsEndEndsThem() throws Exception {
    for (String signal : List.of("INT", "TERM")) {
      Process build =
          new ProcessBuilder(
                  "env",
                  "--default-signal",
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Build.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        long[] ids = ids(build.inputReader().readLine());
        assertThat(isRunning(ids[1])).isTrue();
        new ProcessBuilder("kill", "-" + signal, Long.toString(build.pid())).start().waitFor();
        assertThat(build.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertGone(ids);
      } finally {
        build.destroyForcibly();
      }
    }
  }

  /** Takes the place of Maven. */
  static final class Build {
    private Build() {}

    public static void main(String[] args) throws Exception {
      try (ChildProcess child =
          ChildProcess.start(new ProcessBuilder(STUBBORN), GRACE, System.out::println)) {
        child.awaitEnd();
      }
    }
  }
}
