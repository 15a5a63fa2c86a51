package crjvm.agent.session;

import crjvm.entry.IsolatedClassLoader;
import java.nio.file.Path;

/** The folder that the agent's jar lies in. */
public final class Distribution {
  private Distribution() {}

  /** crjvm.jar, absolute. */
  public static Path jar() {
    return ((IsolatedClassLoader) Distribution.class.getClassLoader()).jarPath();
  }

  /** The launcher beside it. */
  public static Path launcher() {
    return jar().resolveSibling("bin").resolve("crjvm");
  }
}
