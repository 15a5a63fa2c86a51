package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * Puts advice into the methods of one class, whichever class loader loads it. Byte Buddy is not
 * touched before that class comes: a plain transformer costs the start of the application nothing.
 */
final class AdviceTransformer implements ClassFileTransformer {
  private final String className;
  private final String internalName;
  private final Work work;

  /** What is done to the class; a holder, so that Byte Buddy's classes are only loaded with it. */
  interface Work {
    ElementMatcher<MethodDescription> methods();

    Class<?> advice();

    /** For messages. */
    String methodName();
  }

  AdviceTransformer(String className, Work work) {
    this.className = className;
    internalName = className.replace('.', '/');
    this.work = work;
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (!internalName.equals(name)) {
      return null;
    }
    try {
      return advise(loader, classFile);
    } catch (RuntimeException | LinkageError e) {
      say("could not be changed (" + e + "); CRJVM_DEBUG=1 shows more");
      Console.trace(e);
      return null;
    }
  }

  private byte[] advise(ClassLoader loader, byte[] classFile) {
    ClassFileLocator locator =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(className, classFile),
            loader == null
                ? ClassFileLocator.ForClassLoader.ofBootLoader()
                : ClassFileLocator.ForClassLoader.of(loader),
            ClassFileLocator.ForClassLoader.ofPlatformLoader());
    TypeDescription type = TypePool.Default.of(locator).describe(className).resolve();
    if (type.getDeclaredMethods().filter(work.methods()).isEmpty()) {
      say(
          "has no method \""
              + work.methodName()
              + "\" with a body; no checkpoint will be made there");
      return null;
    }
    return new ByteBuddy()
        .with(TypeValidation.DISABLED)
        .redefine(type, locator)
        .visit(Advice.to(work.advice()).on(work.methods()))
        .make()
        .getBytes();
  }

  private void say(String text) {
    Console.say("the class \"" + className + "\" " + text);
  }
}
