package crjvm.agent.session;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options;
import crjvm.agent.tool.ShownCommand;
import crjvm.agent.tool.ToolTraining;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The images that this JVM makes: one at the warm point, and after it those of a series. Nothing of
 * an attempt may hurt the application.
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

  public Attempts(Prepared prepared, Optional<CacheEntry> entry, Outcome outcome) {
    options = prepared.options();
    instrumentation = prepared.instrumentation();
    session = prepared.session();
    checkpointer = prepared.checkpointer();
    training = prepared.training();
    this.entry = entry;
    this.outcome = outcome;
  }

  /** Waits until the application is at a warm point that can be seen from outside of its code. */
  public void awaitWarmPoint() throws IOException, InterruptedException {
    session.awaitWarmPoint();
  }

  /**
   * Makes one image, whatever comes of it.
   *
   * @return whether this call has asked for it: the others have nothing to do
   */
  public boolean reach() {
    if (isAsked.getAndSet(true)) {
      return false;
    }
    isReached.set(true);
    if (options.moment().point().isBeforeMain()) {
      ShownCommand.hideAgent(instrumentation, Distribution.jar());
    }
    attempt();
    goOnWithSeries();
    return true;
  }

  /** The images of a series follow the first one. */
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
      outcome.refuse(failure);
    } catch (RestoreException e) {
      isMade = true;
      Outcome.reportCallbacks(e);
    } catch (InterruptedException e) {
      outcome.interrupt();
    } catch (Throwable e) {
      outcome.fail(e);
    }
  }

  /** The application asks for a checkpoint itself, as it is. */
  public void checkpoint() throws Failure, RestoreException, InterruptedException {
    checkpointer.checkRecursion();
    session.checkpoint();
  }

  /** The application says that it is at its warm point: the first time, it is warmed up. */
  public void run() throws Failure, RestoreException, InterruptedException {
    checkpointer.checkRecursion();
    session.run();
  }

  /** The user knows what has become of the warm point. */
  public void setReached() {
    isReached.set(true);
  }

  /** Whether the user knows that. */
  public boolean isReached() {
    return isReached.get();
  }

  /** From now on the warm point is no reason for an image. */
  public void forgetWarmPoint() {
    isAsked.set(true);
  }

  /** A tool whose training came to nothing does not run in the JVM that its runs were in. */
  public void leaveTraining(int arguments) {
    boolean isUntouched = training.isEmpty() || !training.get().hasBegun();
    if (isMade || isUntouched || checkpointer.isRestored()) {
      return;
    }
    checkpointer.cleanUp();
    try {
      training.get().startAnew(Distribution.jar(), arguments);
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
