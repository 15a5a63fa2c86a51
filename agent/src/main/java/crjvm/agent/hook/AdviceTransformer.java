package crjvm.agent.hook;

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
 * A transformer that inserts advice into methods of certain classes, whichever class loader loads
 * them. It uses Byte Buddy only once one of these classes is loaded, so that the transformer alone
 * does not delay the start of the application.
 */
public final class AdviceTransformer extends ClassChange {
  private final Map<String, Work> works = new HashMap<>();

  /** The changes to one class. The transformer asks for them only when the class is loaded. */
  public interface Work {
    List<Insertion> insertions();

    /**
     * Reports that the class stays unchanged.
     *
     * @param why the end of a sentence that begins with the class
     */
    void giveUp(String why);
  }

  /**
   * Advice and the methods that it goes into.
   *
   * @param methodName the method's name for messages
   */
  public record Insertion(
      ElementMatcher<MethodDescription> methods, String methodName, Advice advice) {}

  /**
   * @param works the changes by the name of the class
   */
  public AdviceTransformer(Map<String, Work> works) {
    works.forEach((name, work) -> this.works.put(name.replace('.', '/'), work));
  }

  @Override
  protected boolean concerns(ClassLoader loader, String name, boolean isLoaded) {
    return works.containsKey(name);
  }

  @Override
  protected byte[] change(ClassLoader loader, String name, byte[] classFile) {
    return advise(loader, name.replace('/', '.'), classFile, works.get(name));
  }

  @Override
  protected void fail(String name, String why) {
    works.get(name).giveUp(why);
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
