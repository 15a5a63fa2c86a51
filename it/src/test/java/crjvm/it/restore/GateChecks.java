package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks on {@code GateApplication}, whose threads report what their first step after a restore has
 * seen.
 */
public final class GateChecks {
  /** The agent's options: the application asks for the checkpoint itself. */
  public static final String OPTIONS = "at=api,quiet=off";

  private static final int PLATFORM_THREADS = 8;
  private static final int VIRTUAL_THREADS = 4;
  private static final String MARK = "crjvm_it_mark";
  private static final String APPLICATION = "crjvm.it.app.GateApplication";

  private GateChecks() {}

  public static TestJvm jvm(Workbench bench, Jdk jdk, String... arguments) throws Exception {
    Path library = bench.gateLibrary(jdk.require());
    String classPath = bench.application() + ":" + bench.library("crac");
    return new TestJvm(bench, jdk)
        .vm("-Dcrjvm.it.native=" + library)
        .main("-cp", classPath, APPLICATION)
        .arguments(arguments);
  }

  public static Command restore(Workbench bench, TestJvm jvm, Path image, String mark) {
    return new Command(bench, jvm.folder())
        .with(MARK, mark)
        .add(bench.launcher(), "run", "--no-fallback", "--image", image, "-D" + MARK + "=" + mark);
  }

  /**
   * Checks that every thread's first step has seen the environment variable and the property of the
   * restore.
   */
  public static void assertSteps(Jdk jdk, RunningProcess restored, String mark)
      throws InterruptedException {
    assertThat(restored.awaitExit()).as(restored::describe).isZero();
    List<String> steppers =
        restored.stderr().lines().filter(line -> line.startsWith("stepper ")).toList();
    int threads = PLATFORM_THREADS + (jdk.major() >= 21 ? VIRTUAL_THREADS : 0);
    String both = mark + " " + mark;
    assertThat(steppers)
        .as(restored::describe)
        .hasSize(threads)
        .allSatisfy(line -> assertThat(line).endsWith(": first " + both + ", changes 0"));
    assertThat(restored.stderr()).contains("callback: " + both);
  }
}
