package crjvm.agent.session;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** The end of a JVM that was started for its image alone, and makes none. */
public final class FailureExit {
  private static final int STATUS = 1;

  /** The last step of the JVM's end, after hooks of applications and files to delete. */
  private static final int LAST_STEP = 9;

  private FailureExit() {}

  /** Ends the JVM in order. This call does not return. */
  public static void run() {
    System.exit(STATUS);
  }

  /**
   * Ends the JVM in order, by a thread of its own: the calling one may hold locks that the
   * application's shutdown hooks need.
   */
  static void start() {
    new Thread(FailureExit::run, "crjvm failure").start();
  }

  /** Gives a JVM that is about to end the status of a failure, after all its other work. */
  static void changeStatus() {
    try {
      Method add =
          JdkInside.method(
              JdkInside.type("java.lang.Shutdown"),
              "add",
              int.class,
              boolean.class,
              Runnable.class);
      Runnable last = () -> Runtime.getRuntime().halt(STATUS);
      add.invoke(null, LAST_STEP, true, last);
    } catch (JdkLack | IllegalAccessException | InvocationTargetException e) {
      JdkLack.lose("the exit status is the application's, although there is no image", e);
    }
  }
}
