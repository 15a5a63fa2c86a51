package crjvm.door;

import crjvm.crac.Core;
import java.lang.instrument.Instrumentation;
import java.util.List;

/** The interface by which the visible part of the jar calls the isolated part. */
public interface Agent extends Core.Maker {
  /**
   * Starts the agent. A mistake of the user causes no exception, but a message on stderr, and the
   * agent stays idle.
   *
   * @return whether the application can ask for checkpoints
   */
  boolean start(String options, Instrumentation instrumentation);

  /**
   * Handles the loading of the agent into the running JVM, for the first time or again. A mistake
   * of the user causes no exception. The method does not keep the calling thread, which has to
   * answer the client that has loaded the agent.
   *
   * @return as with {@link #start}
   */
  boolean attach(String options, Instrumentation instrumentation);

  /** Handles the return of the method that {@code at=method:} names, in this thread. */
  void methodReturned();

  /** Handles the loading of the main class, of which no code has run, for {@code at=launch}. */
  void launched(Class<?> mainClass);

  /**
   * Handles the call of the application's main method, for {@code at=main} and {@code at=launch}.
   *
   * @return the arguments to run with, which in a restored process are those of the restore
   */
  String[] mainEntered(String[] arguments);

  /**
   * Handles a thread's call that would end the JVM, during a training.
   *
   * @param halts whether the JVM should end without shutdown hooks
   * @return the error to throw instead, or null
   */
  Error exiting(int status, boolean halts);

  /** Returns the arguments of this start, or those of the checkpoint if the restore got none. */
  List<String> arguments();
}
