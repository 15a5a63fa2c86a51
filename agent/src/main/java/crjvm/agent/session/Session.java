package crjvm.agent.session;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.checkpoint.order.CheckpointSettings.Tracked;
import crjvm.agent.checkpoint.order.Findings;
import crjvm.agent.checkpoint.order.Order;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options.Moment;
import crjvm.agent.os.command.LoneRunner;
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
public final class Session {
  private static final int MOST_NEW_PORTS = 10;

  private final Moment moment;
  private final Checkpointer checkpointer;
  private final Preparation preparation;
  private final WarmPointWatch watch;
  private final ServerWatch server;
  private final Optional<ToolTraining> training;
  private final Tracked tracked;
  private final ReentrantLock warmUpLock = new ReentrantLock();
  private boolean isWarm;

  /** The preparation for checkpoints. Only its first run has an effect. */
  public interface Preparation {
    void run() throws Failure;
  }

  public Session(
      Moment moment,
      Checkpointer checkpointer,
      Preparation preparation,
      Optional<ToolTraining> training,
      Tracked tracked) {
    watch = new WarmPointWatch(moment.point());
    server = new ServerWatch(tracked.connections()::httpPorts);
    this.moment = moment;
    this.checkpointer = checkpointer;
    this.preparation = preparation;
    this.training = training;
    this.tracked = tracked;
  }

  public void awaitWarmPoint() throws IOException, InterruptedException {
    if (isAuto()) {
      server.await();
    } else {
      watch.await();
    }
  }

  /** Returns a description of what that wait is for, as the rest of a sentence. */
  public String describeWait() {
    return isAuto() ? server.describeWait() : watch.describeWait();
  }

  private boolean isAuto() {
    return moment.point().isAutomatic();
  }

  /**
   * Makes a checkpoint after the warm-up. Only the first image needs a warm-up, because the
   * application is warm afterwards.
   */
  public void run() throws Failure, RestoreException, InterruptedException {
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

  /**
   * Prepares for checkpoints before the first one.
   *
   * @throws Failure there can be no checkpoint
   */
  public void prepare() throws Failure {
    preparation.run();
  }

  /**
   * Looks at what would make the warm-up fail.
   *
   * @throws Failure the warm-up can't succeed
   */
  public void lookEarly() throws Failure {
    if (moment.warmUp().isPresent()) {
      WarmUpRunner.check(moment.warmUp().get());
    }
  }

  private void warmUp() throws Failure, InterruptedException {
    if (!isAuto()) {
      Console.say("warm point \"" + moment.text() + "\" reached");
    } else if (moment.warmUp().isPresent()) {
      awaitQuiet(); // a server may listen before its applications are ready
      hasNewPort();
    }
    if (moment.warmUp().isPresent()) {
      new WarmUpRunner(LoneRunner.interruptible()).run(moment.warmUp().get());
    }
    if (training.isPresent()) {
      preparation.run();
      tracked.files().setTraining(true);
      tracked.known().setTraining(true);
      try {
        training.get().run();
      } finally {
        tracked.files().setTraining(false);
        tracked.known().setTraining(false);
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
              + moment.quiet().orElseThrow().toMillis()
              + " ms, going on");
    }
  }

  /**
   * Waits for the quiet period, and returns whether it came. Without a configured wait it returns
   * true.
   */
  private boolean awaitQuiet() throws InterruptedException {
    if (moment.quiet().isEmpty()) {
      return true;
    }
    WaitReport report = new WaitReport();
    report.begin(() -> "the JIT compilers and class loading, which are busy");
    try {
      return QuietPeriod.ofThisJvm().await(moment.quiet().get());
    } finally {
      report.end();
    }
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
    if (moment.quiet().isPresent()) {
      reasons.add(
          isQuiet ? "is quiet" : "still compiles after " + moment.quiet().get().toMillis() + " ms");
    }
    int last = reasons.size() - 1;
    Console.say(
        "at=auto: the application is warm: it "
            + String.join(", ", reasons.subList(0, last))
            + ", and "
            + reasons.get(last));
  }

  public void checkpoint() throws Failure, RestoreException, InterruptedException {
    preparation.run();
    checkpointer.checkpoint();
  }

  /** Makes a checkpoint that is ordered from outside, whether the application is warm or not. */
  public void checkpoint(Order order) throws Failure, RestoreException, InterruptedException {
    preparation.run();
    checkpointer.checkpoint(order);
  }

  public Findings list() throws Failure, InterruptedException {
    preparation.run();
    return checkpointer.list();
  }
}
