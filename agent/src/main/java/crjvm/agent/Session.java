package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.checkpoint.Findings;
import crjvm.agent.checkpoint.Order;
import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options;
import crjvm.agent.options.WarmPoint;
import crjvm.agent.os.LoneRunner;
import crjvm.agent.setting.KnownSettings;
import crjvm.agent.tool.ToolTraining;
import crjvm.agent.warmup.QuietPeriod;
import crjvm.agent.warmup.ServerWatch;
import crjvm.agent.warmup.WarmPointWatch;
import crjvm.agent.warmup.WarmUpRunner;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The steps from the warm point to the image: warm-up, quiet period, checkpoint. */
final class Session {
  private static final int MOST_NEW_PORTS = 10;

  private final Options options;
  private final Checkpointer checkpointer;
  private final Preparation preparation;
  private final ServerWatch server;
  private final Optional<ToolTraining> training;
  private final OutsideFiles files;
  private final KnownSettings settings;
  private final ReentrantLock warmUpLock = new ReentrantLock();
  private boolean isWarm;

  /** The preparation of the first checkpoint, which is made only then. */
  interface Preparation {
    void run() throws Failure;
  }

  Session(
      Options options,
      Checkpointer checkpointer,
      Preparation preparation,
      Optional<ToolTraining> training,
      Connections connections,
      OutsideFiles files,
      KnownSettings settings) {
    server = new ServerWatch(connections::httpPorts);
    this.options = options;
    this.checkpointer = checkpointer;
    this.preparation = preparation;
    this.training = training;
    this.files = files;
    this.settings = settings;
  }

  void awaitWarmPoint() throws IOException, InterruptedException {
    if (isAuto()) {
      server.await();
    } else {
      WarmPointWatch.await(options.at());
    }
  }

  private boolean isAuto() {
    return options.at() instanceof WarmPoint.Auto;
  }

  /**
   * Makes a checkpoint after the warm-up. Only the first image needs a warm-up, because the
   * application is warm afterwards.
   */
  void run() throws Failure, RestoreException, InterruptedException {
    warmUpLock.lockInterruptibly(); // several threads may ask at once
    try {
      if (!isWarm) {
        warmUp();
        isWarm = true;
      }
    } finally {
      warmUpLock.unlock();
    }
    checkpoint();
  }

  private void warmUp() throws Failure, InterruptedException {
    if (!isAuto()) {
      Console.say("warm point \"" + options.atText() + "\" reached");
    } else if (options.warmUp().isPresent()) {
      awaitQuiet(); // a server may listen before its applications are ready
      hasNewPort();
    }
    if (options.warmUp().isPresent()) {
      new WarmUpRunner(LoneRunner.interruptible()).run(options.warmUp().get());
    }
    if (training.isPresent()) {
      preparation.run();
      files.setPaused(true); // files of the runs do not count, and their state is reset
      settings.setPaused(true);
      try {
        training.get().run();
      } finally {
        files.setPaused(false);
        settings.setPaused(false);
      }
    }
    boolean isQuiet = awaitQuiet();
    if (isAuto()) {
      for (int i = 0; i < MOST_NEW_PORTS && hasNewPort(); i++) {
        isQuiet = awaitQuiet();
      }
      decide(isQuiet);
    } else if (!isQuiet) {
      Console.say(
          "the JIT compilers are still busy after "
              + options.quiet().orElseThrow().toMillis()
              + " ms, going on");
    }
  }

  /**
   * Waits for the quiet period, and returns whether it came. Without a configured wait it returns
   * true.
   */
  private boolean awaitQuiet() throws InterruptedException {
    return options.quiet().isEmpty() || QuietPeriod.ofThisJvm().await(options.quiet().get());
  }

  /** Returns whether there is a new port. A server may open one port after the other. */
  private boolean hasNewPort() {
    try {
      return server.findNewPort();
    } catch (IOException e) {
      Console.trace(e);
      return false;
    }
  }

  private void decide(boolean isQuiet) {
    List<String> reasons = new ArrayList<>(server.describe());
    if (options.quiet().isPresent()) {
      reasons.add(
          isQuiet
              ? "is quiet"
              : "still compiles after " + options.quiet().get().toMillis() + " ms");
    }
    int last = reasons.size() - 1;
    Console.say(
        "at=auto: the application is warm: it "
            + String.join(", ", reasons.subList(0, last))
            + ", and "
            + reasons.get(last));
  }

  void checkpoint() throws Failure, RestoreException, InterruptedException {
    preparation.run();
    checkpointer.checkpoint();
  }

  /** Makes a checkpoint on a request from outside, whether the application is warm or not. */
  void checkpoint(Order order) throws Failure, RestoreException, InterruptedException {
    preparation.run();
    checkpointer.checkpoint(order);
  }

  Findings list() throws Failure, InterruptedException {
    preparation.run();
    return checkpointer.list();
  }
}
