package crjvm.agent.session;

import crjvm.door.IsolatedClassLoader;
import java.nio.file.Path;

/** The distribution folder with the agent's jar. */
public final class Distribution {
  private Distribution() {}

  /** Returns the absolute path of crjvm.jar. */
  public static Path jar() {
    return ((IsolatedClassLoader) Distribution.class.getClassLoader()).jarPath();
  }

  /** Returns the launcher beside the jar. */
  public static Path launcher() {
    return jar().resolveSibling("bin").resolve("crjvm");
  }
}
