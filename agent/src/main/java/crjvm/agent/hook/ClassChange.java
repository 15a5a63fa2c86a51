package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;

/**
 * A transformer whose failures leave the class as it is. The JVM would ignore its exceptions
 * silently.
 */
public abstract class ClassChange implements ClassFileTransformer {
  @Override
  public final byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (name == null || !concerns(loader, name, redefined != null)) {
      return null;
    }
    try {
      return change(loader, name, classFile);
    } catch (RuntimeException | LinkageError e) {
      Console.trace(e);
      fail(name, "could not be changed (" + e + ")");
      return null;
    }
  }

  /**
   * Returns whether the class may be changed.
   *
   * @param loader null for the boot loader
   * @param name the class's name with slashes
   * @param isLoaded whether the class is there already
   */
  protected abstract boolean concerns(ClassLoader loader, String name, boolean isLoaded);

  /** Returns the changed class file, or null if the class stays as it is. */
  protected abstract byte[] change(ClassLoader loader, String name, byte[] classFile);

  /**
   * Reports that the class stays as it is.
   *
   * @param why the end of a sentence that begins with the class
   */
  protected abstract void fail(String name, String why);

  /** Returns a sentence about a class. */
  protected static String about(String name, String why) {
    return "the class \"" + name.replace('/', '.') + "\" " + why;
  }
}
