package crjvm.agent.tool;

import crjvm.agent.message.Console;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The classes that a run of a tool has loaded. A later JVM loads and verifies them early, but does
 * not initialise them, so no code of the application runs.
 */
public final class ClassList {
  private ClassList() {}

  /** Writes the classes of this JVM, unless the file has more. */
  public static void write(Instrumentation instrumentation, Path file) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (isNamed(type) && isOfThePath(type.getClassLoader())) {
        names.add(type.getName());
      }
    }
    if (Files.exists(file) && Files.readAllLines(file).size() >= names.size()) {
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    Files.write(part, names);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isNamed(Class<?> type) {
    return !type.isArray()
        && !type.isHidden()
        && !Proxy.isProxyClass(type)
        && !type.getName().startsWith("crjvm.");
  }

  private static boolean isOfThePath(ClassLoader loader) {
    return loader == null
        || loader == ClassLoader.getPlatformClassLoader()
        || loader == ClassLoader.getSystemClassLoader();
  }

  /** Loads the classes. A class that can't be loaded now could not be loaded later, either. */
  public static void load(Path file) throws IOException {
    ClassLoader loader = ClassLoader.getSystemClassLoader();
    if (loader.getClass().getClassLoader() != null) {
      return; // This is the application's own loader, whose code would run.
    }
    List<String> names = Files.readAllLines(file);
    int count = 0;
    for (String name : names) {
      try {
        Class<?> type = Class.forName(name, false, loader);
        if (type.getClassLoader() == loader) {
          // HotSpot links a class before it returns its constructors.
          Objects.requireNonNull(type.getDeclaredConstructors());
        }
        count++;
      } catch (ClassNotFoundException | LinkageError e) {
        Console.trace(e);
      }
    }
    Console.say("loaded " + count + " of the " + names.size() + " classes of an earlier run");
  }
}
