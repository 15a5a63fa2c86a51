package crjvm.agent.trigger;

import crjvm.agent.hook.warmpoint.MainEnterHook;
import crjvm.agent.message.Failure;

/** The class whose main method the JVM runs. */
public final class MainClass {
  private MainClass() {}

  /**
   * Returns the name of the class.
   *
   * @throws Failure the name is unknown
   */
  public static String name() throws Failure {
    String mainClass = MainEnterHook.mainClass(System.getProperty("sun.java.command", ""));
    if (mainClass == null) {
      throw new Failure(
          "no checkpoint will be made",
          "the main class can't be told from \"" + System.getProperty("sun.java.command") + "\"",
          "use at=method:CLASS#METHOD");
    }
    return mainClass;
  }
}
