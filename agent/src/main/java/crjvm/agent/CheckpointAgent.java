package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.OptionParser;
import crjvm.agent.options.Options;
import crjvm.agent.session.Attempts;
import crjvm.agent.session.CacheEntry;
import crjvm.agent.session.FailureExit;
import crjvm.agent.session.Outcome;
import crjvm.agent.session.Prepared;
import crjvm.agent.tool.ShownCommand;
import crjvm.agent.trigger.Trigger;
import crjvm.agent.trigger.Triggers;
import crjvm.attach.AttachFolder;
import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import crjvm.door.Agent;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Optional;

/**
 * The agent. It prepares the JVM as the options say, and passes on the calls of the JVM and of the
 * application, and the messages of clients that attach.
 */
public final class CheckpointAgent implements Agent {
  private boolean isStarted;
  private Optional<CacheEntry> entry = Optional.empty();
  private List<String> untracked = List.of();
  private Prepared prepared;
  private Attempts attempts;
  private Trigger trigger;

  @Override
  public boolean start(String text, Instrumentation instrumentation) {
    try {
      Options options = OptionParser.parse(text);
      if (Platform.hasNoApplication()) {
        return false;
      }
      Options.Images images = options.images();
      entry = images.entry().map(CacheEntry::new);
      entry.ifPresent(CacheEntry::open);
      if (entry.isPresent()) {
        Origin.checkFolders();
      }
      Checkpointer.checkPlace(images.folder().toAbsolutePath().normalize(), images.keep());
      start(options, instrumentation);
    } catch (Failure failure) {
      isStarted = false;
      new Outcome(entry).refuse(failure);
      if (OptionParser.wantsExit(text)) {
        FailureExit.run();
      }
    }
    return isStarted;
  }

  private void start(Options options, Instrumentation instrumentation) throws Failure {
    prepared = Setup.prepare(options, instrumentation);
    Outcome outcome = new Outcome(entry);
    attempts = new Attempts(prepared, entry, outcome);
    trigger = Triggers.of(attempts, prepared, entry);
    if (!options.moment().point().isBeforeMain()) {
      // The main method begins before any checkpoint.
      prepared.tracked().known().setMainBegun();
    }
    isStarted = true;
    trigger.install();
    if (!options.moment().point().isBeforeMain()) {
      attempts.reportWait(trigger::expected);
    }
    Runtime.getRuntime()
        .addShutdownHook(new ShutdownHook(trigger, attempts, prepared.checkpointer()));
  }

  @Override
  public boolean attach(String text, Instrumentation instrumentation) {
    if (text.startsWith(AttachFolder.OPTION)) {
      // If the folder can't be found from here, the client notices that itself.
      AttachFolder.take(text).ifPresent(folder -> take(folder, instrumentation));
      return isStarted;
    }
    if (!isStarted) {
      return start(text, instrumentation);
    }
    Console.say(
        "the agent is in this JVM already; use crjvm checkpoint PID to ask it for an image");
    return true;
  }

  /** Serves one message after the other, because the JVM has one thread for clients that attach. */
  private void take(AttachFolder folder, Instrumentation instrumentation) {
    try {
      if (!isStarted) {
        Latecomer latecomer = Latecomer.look(instrumentation);
        start(OptionParser.attached(), instrumentation);
        latecomer.report();
        untracked = latecomer.lines();
      }
      attempts.setReached(); // The answer tells the user the result.
      prepared.tracked().files().leaveOut(folder.path());
      new AttachThread(folder, prepared.session(), untracked, trigger::askFromOutside).start();
    } catch (Failure failure) {
      isStarted = false;
      Console.report(failure);
      folder.answer(new AttachFolder.Answer(false, List.of(failure.getMessage())));
    }
  }

  @Override
  public void launched(Class<?> mainClass) {
    trigger.launched(mainClass);
  }

  @Override
  public void methodReturned() {
    trigger.methodReturned();
  }

  @Override
  public String[] mainEntered(String[] arguments) {
    if (trigger.mainEntered()) {
      attempts.leaveTraining(arguments.length);
      prepared.tracked().known().setMainBegun();
    }
    Optional<List<String>> given = prepared.checkpointer().newArguments();
    if (given.isEmpty()) {
      return arguments;
    }
    ShownCommand.setArguments(List.of(arguments), given.get());
    return given.get().toArray(new String[0]);
  }

  @Override
  public Error exiting(int status, boolean halts) {
    return prepared == null
        ? null
        : prepared.training().map(each -> each.exiting(status, halts)).orElse(null);
  }

  @Override
  public void checkpointRestore() throws CheckpointException, RestoreException {
    if (!isStarted) {
      throw new UnsupportedOperationException(
          "crjvm's options were refused, see its line on stderr");
    }
    attempts.setReached();
    try {
      trigger.ask();
    } catch (Failure failure) {
      Console.report(failure);
      attempts.exitWithoutImage();
      throw Outcome.exception(failure);
    } catch (InterruptedException e) {
      throw Outcome.exception(e);
    }
  }

  @Override
  public List<String> arguments() {
    return prepared.checkpointer().arguments();
  }
}
