package crjvm.agent.os.descriptor;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.OpenFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The descriptors that this process has inherited from the one that started it, as far as the agent
 * can recognise them. When the agent begins, the JVM has opened some files, and not every JDK opens
 * all of them so that they are closed on exec.
 */
public final class InheritedFiles {
  private final Map<Integer, String> targets;

  private InheritedFiles(Map<Integer, String> targets) {
    this.targets = targets;
  }

  /**
   * Looks at the descriptors before the application begins. The first file that a JVM keeps open is
   * its modules file. Of the files with higher numbers, the JVM has opened jars, files of the JDK
   * and of the class path, and deleted files (such as JNA's library).
   */
  public static InheritedFiles look() {
    String home = real(System.getProperty("java.home")) + "/";
    Set<String> classPath = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
      classPath.add(real(entry));
    }
    Map<Integer, String> targets = new TreeMap<>();
    boolean isBehindModules = false;
    for (OpenFile file : OpenFile.all()) {
      String target = file.target();
      isBehindModules |= target.equals(home + "lib/modules");
      boolean isOfJvm =
          target.startsWith(home)
              || classPath.contains(target)
              || isBehindModules && (target.endsWith(".jar") || target.endsWith(" (deleted)"));
      if (file.isInherited() && !isOfJvm) {
        targets.put(file.number(), target);
      }
    }
    return new InheritedFiles(targets);
  }

  private static String real(String path) {
    try {
      return Path.of(path).toRealPath().toString();
    } catch (IOException | InvalidPathException e) {
      return path; // No open file has this name.
    }
  }

  /** Marks all other descriptors to be closed on exec, except the standard streams. */
  public void closeOthersOnExecute() {
    for (OpenFile file : OpenFile.all()) {
      if (file.number() > 2 && !file.target().equals(targets.get(file.number()))) {
        Kernel.closeOnExecute(file.number());
      }
    }
  }
}
