package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options;
import crjvm.agent.warmup.QuietPeriod;
import crjvm.agent.warmup.WarmPointWatch;
import crjvm.agent.warmup.WarmUpRunner;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** From the warm point to the image: warm-up, quiet, checkpoint. */
final class Session {
  private final Options options;
  private final Checkpointer checkpointer;
  private final Preparation preparation;
  private final ReentrantLock warmUpLock = new ReentrantLock();
  private boolean isWarm;

  /** What has to be done before the first checkpoint, and only then. */
  interface Preparation {
    void run() throws Failure;
  }

  Session(Options options, Checkpointer checkpointer, Preparation preparation) {
    this.options = options;
    this.checkpointer = checkpointer;
    this.preparation = preparation;
  }

  void awaitWarmPoint() throws IOException, InterruptedException {
    WarmPointWatch.await(options.at());
  }

  /** Warm-up is for the first image; those that follow are of a warm application. */
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
    Console.say("warm point \"" + options.atText() + "\" reached");
    if (options.warmUp().isPresent()) {
      new WarmUpRunner(ProcessBuilder::start).run(options.warmUp().get());
    }
    if (options.quiet().isPresent()) {
      Duration limit = options.quiet().get();
      if (!QuietPeriod.ofThisJvm().await(limit)) {
        Console.say("the JIT compilers are still busy after " + limit.toMillis() + " ms, going on");
      }
    }
  }

  void checkpoint() throws Failure, RestoreException, InterruptedException {
    preparation.run();
    checkpointer.checkpoint();
  }
}
