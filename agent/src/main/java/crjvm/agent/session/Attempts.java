package crjvm.agent.session;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options;
import crjvm.agent.options.WarmPoint;
import crjvm.agent.tool.ShownCommand;
import crjvm.agent.tool.ToolTraining;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The images that this JVM makes: one at the warm point, and after it those of a series. A failed
 * attempt must not harm the application.
 */
public final class Attempts {
  private final AtomicBoolean isAsked = new AtomicBoolean();
  private final AtomicBoolean isReached = new AtomicBoolean();
  private final AtomicBoolean hasSeries = new AtomicBoolean();
  private volatile boolean isMade;
  private final Options options;
  private final Instrumentation instrumentation;
  private final Session session;
  private final Checkpointer checkpointer;
  private final Optional<ToolTraining> training;
  private final Optional<CacheEntry> entry;
  private final Outcome outcome;
  private final WaitReport waitReport = new WaitReport();

  public Attempts(Prepared prepared, Optional<CacheEntry> entry, Outcome outcome) {
    options = prepared.options();
    instrumentation = prepared.instrumentation();
    session = prepared.session();
    checkpointer = prepared.checkpointer();
    training = prepared.training();
    this.entry = entry;
    this.outcome = outcome;
  }

  /**
   * Waits until the application has reached a warm point that can be observed from outside of its
   * code.
   */
  public void awaitWarmPoint() throws IOException, InterruptedException {
    session.awaitWarmPoint();
  }

  /** Returns a description of what that wait is for, as the rest of a sentence. */
  public String describeWait() {
    return session.describeWait();
  }

  /**
   * Tries to make one image, unless an earlier call has tried.
   *
   * @return whether this call has tried
   */
  public boolean reach() {
    if (isAsked.getAndSet(true)) {
      return false;
    }
    setReached();
    if (options.moment().point().isBeforeMain()) {
      ShownCommand.hideAgent(instrumentation, Distribution.jar());
    }
    attempt();
    goOnWithSeries();
    return true;
  }

  /** Starts the series, whose images follow the first one. */
  public void goOnWithSeries() {
    if (options.images().every().isPresent() && !hasSeries.getAndSet(true)) {
      new Series(options.images().every().get(), this::attempt).start();
    }
  }

  private void attempt() {
    try {
      if (options.moment().point().isAutomatic()) {
        entry.ifPresent(CacheEntry::noteServer);
      }
      session.run();
      isMade = true;
      if (entry.isPresent() && !checkpointer.isRestored()) {
        entry.get().prune(Distribution.launcher());
      }
    } catch (Failure failure) {
      if (checkpointer.isEnding()) {
        return; // The shutdown hook has said it, and the exit status is that of the end.
      }
      outcome.refuse(failure);
    } catch (RestoreException e) {
      isMade = true;
      Outcome.reportCallbacks(e);
    } catch (InterruptedException e) {
      outcome.interrupt();
    } catch (Throwable e) {
      outcome.fail(e);
    }
    exitWithoutImage();
  }

  /** Reports that no image can be made at the warm point. */
  public void refuse(Failure failure) {
    setReached();
    outcome.refuse(failure);
    exitWithoutImage();
  }

  /** Ends the JVM if it has made no image, and the options ask for that. */
  public void exitWithoutImage() {
    if (isInVain() && options.moment().point().isBeforeMain()) {
      FailureExit.run();
    } else if (isInVain()) {
      FailureExit.start();
    }
  }

  private boolean isInVain() {
    return options.moment().failure() == Options.Then.EXIT && !isMade && !checkpointer.isRestored();
  }

  /** Handles the end of an application that has not reached its warm point. */
  public void endWithoutWarmPoint() {
    waitReport.end();
    endDuringCheckpoint();
  }

  /** Handles the end of an application whose image is not complete. */
  public void endDuringCheckpoint() {
    if (isInVain()) {
      FailureExit.changeStatus();
    }
  }

  /**
   * Begins to report the wait for the warm point. If no checkpoint can succeed, it ends the wait.
   *
   * @param what a description of the wait, as the rest of a sentence
   */
  public void reportWait(Supplier<String> what) {
    if (entry.isPresent()) {
      return; // The log of a cache entry does not need these lines.
    }
    if (!looksEarly()) {
      waitReport.begin(what);
      return;
    }
    try {
      session.prepare(); // by this thread, before the application may load its own JNA
      waitReport.begin(this::lookEarly, what);
    } catch (Failure failure) {
      refuseEarly(failure);
    }
  }

  /**
   * Returns whether obstacles are reported early. A job of hours can wait until they are removed,
   * and an application that asks for its checkpoint gets the report then.
   */
  private boolean looksEarly() {
    boolean isAsking = options.moment().point() instanceof WarmPoint.Api;
    return !isAsking && options.images().every().isEmpty();
  }

  /** Looks for obstacles that will not go away. */
  private void lookEarly() {
    try {
      checkpointer.lookEarly();
      session.lookEarly();
    } catch (Failure failure) {
      refuseEarly(failure);
    } catch (RuntimeException | LinkageError e) {
      Console.trace(e); // the checkpoint finds out
    }
  }

  /**
   * Reports an obstacle, unless there was an attempt, which has reported it. The warm point does
   * not cause an attempt any more.
   */
  private void refuseEarly(Failure failure) {
    if (!isAsked.getAndSet(true)) {
      refuse(failure);
    }
  }

  /** Makes a checkpoint that the application asks for, without a warm-up. */
  public void checkpoint() throws Failure, RestoreException, InterruptedException {
    checkpointer.checkRecursion();
    session.checkpoint();
    isMade = true;
  }

  /**
   * Makes a checkpoint because the application reports that it is at its warm point. The first call
   * warms it up.
   */
  public void run() throws Failure, RestoreException, InterruptedException {
    checkpointer.checkRecursion();
    session.run();
    isMade = true;
  }

  /** Records that the user knows whether the warm point was reached. */
  public void setReached() {
    waitReport.end();
    isReached.set(true);
  }

  /** Returns whether the user knows whether the warm point was reached. */
  public boolean isReached() {
    return isReached.get();
  }

  /** Keeps the warm point from causing an attempt from now on. */
  public void forgetWarmPoint() {
    isAsked.set(true);
  }

  /**
   * Starts a tool again if its training gave no image, because the tool must not run in the JVM of
   * its training runs.
   */
  public void leaveTraining(int arguments) {
    boolean isUntouched = training.isEmpty() || !training.get().hasBegun();
    if (isMade || isUntouched || checkpointer.isRestored()) {
      return;
    }
    checkpointer.cleanUp();
    try {
      training.get().startAgain(Distribution.jar(), arguments);
    } catch (IOException e) {
      Console.say(
          "the application goes on in the JVM that its training ran in, as no other could be started"
              + " in its place ("
              + e.getMessage()
              + "); start it again without the agent if that matters");
      Console.trace(e);
    }
  }
}
