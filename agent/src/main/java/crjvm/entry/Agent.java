package crjvm.entry;

import crjvm.crac.Core;
import java.lang.instrument.Instrumentation;
import java.util.List;

/** What the visible part of the jar asks of the isolated part. */
public interface Agent extends Core.Maker {
  /**
   * Never throws for a reason that is the user's: it says so on stderr and stays idle.
   *
   * @return whether checkpoints can be asked for
   */
  boolean start(String options, Instrumentation instrumentation);

  /**
   * Somebody has loaded the agent into the running JVM, once more or for the first time. Never
   * throws for a reason that is the user's, and does not keep the calling thread, which has to
   * answer whoever has loaded it.
   *
   * @return as with {@link #start}
   */
  boolean attach(String options, Instrumentation instrumentation);

  /** The method that {@code at=method:} names has returned, in this thread. */
  void methodReturned();

  /** A logging library has made a piece of text, which may have the process id in it. */
  void textMade(Object text);

  /** The JVM has loaded the main class, and nothing of it has run; for {@code at=launch}. */
  void launched(Class<?> mainClass);

  /**
   * The application's main method was entered and {@code at=main} or {@code at=launch} was asked
   * for.
   *
   * @return the arguments to run with: those of the restore in a restored process
   */
  String[] mainEntered(String[] arguments);

  /**
   * During a training: a thread asks for the end of the JVM.
   *
   * @param halts without shutdown hooks
   * @return what it has to throw instead; null: nothing
   */
  Error exiting(int status, boolean halts);

  /** The arguments of this start; those of the checkpoint if the restore got none. */
  List<String> arguments();
}
