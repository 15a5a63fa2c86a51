package crjvm.it.fault;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An image whose application checks itself as soon as it is restored, and ends. The status is 42
 * when all is right. A normal start only prints a word.
 */
final class SelfCheckedImage {
  private static final int RIGHT = 42;
  private static final String NORMALLY = "started normally";
  private static final String FALLBACK = "echo " + NORMALLY;

  private final Workbench bench;
  private final Checkpoint checkpoint;

  SelfCheckedImage(Workbench bench) throws Exception {
    this.bench = bench;
    TestJvm jvm =
        new TestJvm(bench, Jdk.any())
            .main("-cp", bench.application().toString(), "crjvm.it.app.SelfCheckingApplication");
    checkpoint =
        jvm.checkpoint("quiet=off,train=off,at=method:crjvm.it.app.SelfCheckingApplication#ready");
  }

  Path path() {
    return checkpoint.image();
  }

  Path folder() {
    return checkpoint.jvm().folder();
  }

  Command command(Object... options) {
    return checkpoint.command("--fallback", FALLBACK).add(options);
  }

  /** Returns whether the application found that all is right, and nothing else happened. */
  boolean isRight(RunningProcess process) throws InterruptedException {
    return process.awaitExit() == RIGHT
        && process.stdout().contains("right " + process.pid())
        && process.stderr().isEmpty();
  }

  boolean hasFallenBack(RunningProcess process) throws InterruptedException {
    List<String> messages = process.messages();
    return process.awaitExit() == 0
        && process.stdout().strip().endsWith(NORMALLY)
        && messages.size() == 1
        && messages.get(0).startsWith("crjvm: cannot restore ");
  }

  /** Returns whether {@code crjvm verify} finds the image undamaged. */
  boolean verifies() throws IOException, InterruptedException {
    RunningProcess verify =
        new Command(bench, folder()).add(bench.launcher(), "verify", path()).run("verify");
    return verify.awaitExit() == 0;
  }
}
