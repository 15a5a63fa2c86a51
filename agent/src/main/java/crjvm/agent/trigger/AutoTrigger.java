package crjvm.agent.trigger;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.agent.session.CacheEntry;
import crjvm.agent.session.Distribution;
import crjvm.agent.session.Prepared;
import crjvm.crac.RestoreException;
import java.lang.instrument.Instrumentation;
import java.util.Optional;

/** The trigger of {@code at=auto}. The application listens, answers and is quiet. */
final class AutoTrigger extends WatchTrigger {
  private final Instrumentation instrumentation;
  private final Optional<CacheEntry> entry;
  private final boolean isSeries;

  AutoTrigger(Attempts attempts, Prepared prepared, Optional<CacheEntry> entry) {
    super(prepared.options().moment().text(), attempts);
    isSeries = prepared.options().images().every().isPresent();
    instrumentation = prepared.instrumentation();
    this.entry = entry;
  }

  /**
   * Makes a checkpoint that the application asks for. The application knows its warm point better,
   * and a copy that listens later is not checkpointed.
   */
  @Override
  public void ask() throws Failure, RestoreException, InterruptedException {
    attempts().forgetWarmPoint();
    try {
      super.ask();
    } finally {
      attempts().goOnWithSeries();
    }
  }

  /**
   * Ends the watch if an image was asked for from outside. The warm point has been chosen then, and
   * a copy must not make another image.
   */
  @Override
  public void askFromOutside() {
    if (!isSeries) {
      attempts().forgetWarmPoint();
    }
  }

  @Override
  public void miss() {
    Console.say(
        "no image was made: the application ended before it listened on a port; if it is a server, see"
            + " why it ended, and if it is a tool, use at=main");
    entry.ifPresent(CacheEntry::noteEnd);
    entry.ifPresent(this::makeTool);
  }

  private void makeTool(CacheEntry entry) {
    try {
      entry.makeTool(instrumentation, Distribution.launcher(), MainClass.name());
    } catch (Failure e) {
      Console.trace(e);
    }
  }
}
