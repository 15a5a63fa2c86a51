package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * Puts advice into the methods of some classes, whichever class loader loads them. Byte Buddy is
 * not touched before one of them comes: a plain transformer costs the start of the application
 * nothing.
 */
final class AdviceTransformer implements ClassFileTransformer {
  private final Map<String, Work> works = new HashMap<>();

  /** What is done to a class; asked for only when the class is there. */
  interface Work {
    List<Insertion> insertions();

    /**
     * The class stays as it is.
     *
     * @param why the end of a sentence that begins with the class
     */
    void giveUp(String why);
  }

  /**
   * Advice and where it belongs.
   *
   * @param methodName for messages
   */
  record Insertion(ElementMatcher<MethodDescription> methods, String methodName, Advice advice) {}

  /**
   * @param works by the class's name
   */
  AdviceTransformer(Map<String, Work> works) {
    works.forEach((name, work) -> this.works.put(name.replace('.', '/'), work));
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    Work work = name == null ? null : works.get(name);
    if (work == null) {
      return null;
    }
    try {
      return advise(loader, name.replace('/', '.'), classFile, work);
    } catch (RuntimeException | LinkageError e) {
      work.giveUp("could not be changed (" + e + ")");
      Console.trace(e);
      return null;
    }
  }

  private static byte[] advise(ClassLoader loader, String className, byte[] classFile, Work work) {
    ClassFileLocator locator =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(className, classFile),
            loader == null
                ? ClassFileLocator.ForClassLoader.ofBootLoader()
                : ClassFileLocator.ForClassLoader.of(loader),
            ClassFileLocator.ForClassLoader.ofPlatformLoader());
    TypeDescription type = TypePool.Default.of(locator).describe(className).resolve();
    DynamicType.Builder<?> builder =
        new ByteBuddy()
            .with(TypeValidation.DISABLED)
            .with(Implementation.Context.Disabled.Factory.INSTANCE)
            .redefine(type, locator);
    for (Insertion insertion : work.insertions()) {
      if (type.getDeclaredMethods().filter(insertion.methods()).isEmpty()) {
        work.giveUp("has no method \"" + insertion.methodName() + "\" with a body");
        return null;
      }
      builder = builder.visit(insertion.advice().on(insertion.methods()));
    }
    return builder.make().getBytes();
  }
}
