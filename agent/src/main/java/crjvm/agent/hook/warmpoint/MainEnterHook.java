package crjvm.agent.hook.warmpoint;

import crjvm.agent.hook.AdviceTransformer;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * The hook of {@code at=main}. The main class's method {@code static void main(String[])} reports
 * its call before it does anything else.
 */
public final class MainEnterHook {
  private static final Attributes.Name AGENT = new Attributes.Name("Launcher-Agent-Class");

  private MainEnterHook() {}

  /**
   * Installs the hook.
   *
   * @return a supplier that returns whether the class is loaded and has this method
   */
  public static BooleanSupplier install(Instrumentation instrumentation, String mainClass) {
    WarmPointWork work =
        new WarmPointWork(mainClass, "static main(String[])") {
          @Override
          ElementMatcher<MethodDescription> methods() {
            return ElementMatchers.<MethodDescription>named("main")
                .and(ElementMatchers.isStatic())
                .and(ElementMatchers.takesArguments(String[].class));
          }

          @Override
          Class<?> advice() {
            return MainEnterAdvice.class;
          }
        };
    instrumentation.addTransformer(new AdviceTransformer(Map.of(mainClass, work)));
    return work::isDone;
  }

  /**
   * Returns the main class that {@code sun.java.command} begins with or leads to, or null if it is
   * unknown.
   */
  public static String mainClass(String javaCommand) {
    String name = firstWord(javaCommand);
    if (name.endsWith(".jar")) {
      return mainClassOf(name);
    }
    int slash = name.indexOf('/'); // The text may be module/class.
    return name.isEmpty() ? null : name.substring(slash + 1);
  }

  private static String firstWord(String command) {
    // The path of a jar may contain spaces.
    int jar = command.indexOf(".jar");
    int space = command.indexOf(' ');
    if (jar > 0
        && space > 0
        && space < jar
        && new java.io.File(command.substring(0, jar + 4)).isFile()) {
      return command.substring(0, jar + 4);
    }
    return space < 0 ? command : command.substring(0, space);
  }

  /** Returns whether the jar has an agent that the JDK starts before the main class. */
  public static boolean hasAgent(String javaCommand) {
    String name = firstWord(javaCommand);
    return name.endsWith(".jar") && attribute(name, AGENT) != null;
  }

  private static String mainClassOf(String jar) {
    String name = attribute(jar, Attributes.Name.MAIN_CLASS);
    return name == null ? null : name.strip();
  }

  /** Returns the attribute, or null if the jar has none. */
  private static String attribute(String jar, Attributes.Name name) {
    try (JarFile file = new JarFile(jar)) {
      Manifest manifest = file.getManifest();
      return manifest == null ? null : manifest.getMainAttributes().getValue(name);
    } catch (IOException e) {
      return null;
    }
  }
}
