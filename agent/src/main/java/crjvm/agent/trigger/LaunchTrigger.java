package crjvm.agent.trigger;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.hook.warmpoint.LaunchHook;
import crjvm.agent.hook.warmpoint.MainEnterHook;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.agent.session.CacheEntry;
import crjvm.agent.session.Prepared;
import crjvm.agent.session.ServerNote;
import java.lang.instrument.Instrumentation;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The trigger of {@code at=launch}. The main class is loaded, and no code of the application has
 * run.
 */
final class LaunchTrigger extends Trigger {
  private final Instrumentation instrumentation;
  private final Checkpointer checkpointer;
  private final Optional<CacheEntry> entry;
  private BooleanSupplier hasMain = () -> false;

  LaunchTrigger(Attempts attempts, Prepared prepared, Optional<CacheEntry> entry) {
    super(prepared.options().moment().text(), attempts);
    instrumentation = prepared.instrumentation();
    checkpointer = prepared.checkpointer();
    this.entry = entry;
  }

  @Override
  public void install() throws Failure {
    if (MainEnterHook.hasAgent(System.getProperty("sun.java.command", ""))) {
      throw new Failure(
          "no checkpoint will be made",
          "the jar has an agent of its own (Launcher-Agent-Class), which begins before at=launch",
          "use another at=");
    }
    hasMain = MainEnterHook.install(instrumentation, MainClass.name());
    LaunchHook.install(instrumentation);
  }

  @Override
  public void launched(Class<?> mainClass) {
    try {
      if (hasMain.getAsBoolean()) {
        entry.ifPresent(CacheEntry::loadClasses);
        attempts().reach();
      } else {
        attempts()
            .refuse(
                new Failure(
                    "no checkpoint will be made",
                    "the class \""
                        + mainClass.getName()
                        + "\" has no \"static void main(String[])\" of its own",
                    "use another at="));
      }
    } finally {
      endMaker();
    }
    if (checkpointer.isRestored()) {
      entry.ifPresent(each -> new ServerNote(each).start());
    }
  }

  @Override
  public boolean mainEntered() {
    endMaker();
    return true;
  }

  /** Ends a JVM that only makes a tool's image for the cache, because it must not run the tool. */
  private void endMaker() {
    if (entry.isPresent() && !checkpointer.isRestored()) {
      Runtime.getRuntime().halt(0);
    }
  }
}
