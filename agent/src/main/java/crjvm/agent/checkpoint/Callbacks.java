package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.crac.CheckpointException;
import crjvm.crac.Context;
import crjvm.crac.Core;
import crjvm.crac.Resource;
import crjvm.crac.RestoreException;
import crjvm.entry.Listeners;
import java.util.concurrent.Callable;

/** What the application is told of a checkpoint, on both of its sides. */
final class Callbacks {
  private final Context<Resource> resources = Core.getGlobalContext();

  void beforeCheckpoint() throws Failure {
    ListenerServices.register();
    Listeners.ofRestore(); // has the class loaded: restored processes need not
    try {
      resources.beforeCheckpoint(null);
    } catch (CheckpointException e) {
      Failure failure =
          new Failure(
              Messages.FAILED,
              "a beforeCheckpoint callback of the application failed (" + first(e) + ")",
              "see what it needs, CRJVM_DEBUG=1 shows where it failed");
      for (Throwable each : e.getSuppressed()) {
        failure.addSuppressed(each);
      }
      throw failure;
    }
  }

  /** A context of the application's own collects exceptions, too. */
  private static Throwable first(Throwable e) {
    return e.getMessage() == null && e.getSuppressed().length > 0 ? first(e.getSuppressed()[0]) : e;
  }

  /**
   * There is no image, the application goes on: its resources have to know, and what they say
   * belongs to the failure.
   */
  void afterFailure(Throwable failure) {
    try {
      resources.afterRestore(null);
    } catch (RestoreException e) {
      for (Throwable each : e.getSuppressed()) {
        failure.addSuppressed(each);
      }
    }
  }

  /** The gate is open: callbacks may need other threads. */
  void afterRestore(boolean isRestored) throws RestoreException {
    try {
      resources.afterRestore(null);
    } finally {
      if (isRestored) {
        tellListeners();
      }
    }
  }

  private static void tellListeners() {
    for (Callable<?> listener : Listeners.ofRestore()) {
      try {
        listener.call();
      } catch (Throwable e) { // the others are to be told, too
        Console.say(
            "a restore listener of the application failed: " + e + "; CRJVM_DEBUG=1 shows where");
        Console.trace(e);
      }
    }
  }
}
