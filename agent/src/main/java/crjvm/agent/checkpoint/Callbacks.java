package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.crac.CheckpointException;
import crjvm.crac.Context;
import crjvm.crac.Core;
import crjvm.crac.Resource;
import crjvm.crac.RestoreException;
import crjvm.door.Listeners;
import java.util.concurrent.Callable;

/**
 * The calls that tell the application about a checkpoint, in the original and in restored
 * processes.
 */
final class Callbacks {
  private final Context<Resource> resources = Core.getGlobalContext();

  void beforeCheckpoint() throws Failure {
    ListenerServices.register();
    Listeners.ofRestore(); // This loads the class, so that restored processes need not load it.
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

  /**
   * Returns the first exception with a message. A context of the application collects exceptions,
   * too.
   */
  private static Throwable first(Throwable e) {
    return e.getMessage() == null && e.getSuppressed().length > 0 ? first(e.getSuppressed()[0]) : e;
  }

  /**
   * Tells the resources that there is no image and that the application continues. Their exceptions
   * are added to the failure.
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

  /** Calls the callbacks. The gate is open, because callbacks may need other threads. */
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
      } catch (Throwable e) { // The other listeners have to be called, too.
        Console.say(
            "a restore listener of the application failed: " + e + "; CRJVM_DEBUG=1 shows where");
        Console.trace(e);
      }
    }
  }
}
