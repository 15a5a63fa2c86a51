package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A transformer that inserts calls into methods of the JDK. It uses ASM directly and no lambda
 * expression, because every start of a JVM waits for it.
 */
public final class PointTransformer implements ClassFileTransformer {
  private final Map<String, List<MethodPoint>> points = new HashMap<>();
  private final Consumer<String> failures;

  /**
   * @param failures receives the reason of a failure, now or when a class is loaded
   */
  public PointTransformer(List<? extends MethodPoint> all, Consumer<String> failures) {
    this.failures = failures;
    for (MethodPoint point : all) {
      List<MethodPoint> ofType = points.get(point.type());
      if (ofType == null) {
        ofType = new ArrayList<>();
        points.put(point.type(), ofType);
      }
      ofType.add(point);
    }
  }

  /** Installs the calls. The fields that they read must exist already. */
  public void install(Instrumentation instrumentation) throws UnmodifiableClassException {
    List<Class<?>> loaded = new ArrayList<>();
    for (String type : points.keySet()) {
      try {
        // It is quicker to load the few that are not loaded yet than to list all that are.
        loaded.add(Class.forName(type.replace('/', '.'), false, null));
      } catch (ClassNotFoundException e) {
        Console.trace(e); // This JDK does not have it.
      }
    }
    instrumentation.addTransformer(this, true);
    instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    List<MethodPoint> wanted = loader == null && name != null ? points.get(name) : null;
    if (wanted == null) {
      return null;
    }
    try {
      ClassReader reader = new ClassReader(classFile);
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      Inserter inserter = new Inserter(writer, wanted);
      reader.accept(inserter, 0);
      for (MethodPoint point : inserter.missing()) {
        fail(name, "has no method \"" + point.method() + "\"");
      }
      return writer.toByteArray();
    } catch (RuntimeException | LinkageError e) {
      Console.trace(e);
      fail(name, "could not be changed (" + e + ")");
      return null;
    }
  }

  private void fail(String name, String why) {
    failures.accept("the class \"" + name.replace('/', '.') + "\" " + why);
  }

  private static final class Inserter extends ClassVisitor {
    /**
     * The points without a method yet. The set compares identities, because the first comparison of
     * records makes the JDK prepare method handles for tens of milliseconds.
     */
    private final Set<MethodPoint> missing = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<MethodPoint> wanted;

    Inserter(ClassVisitor next, List<MethodPoint> wanted) {
      super(Opcodes.ASM9, next);
      this.wanted = wanted;
      missing.addAll(wanted);
    }

    Set<MethodPoint> missing() {
      return missing;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean hasCode =
          (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_BRIDGE)) == 0;
      for (MethodPoint point : wanted) {
        if (hasCode && point.method().equals(name) && point.fits(descriptor)) {
          missing.remove(point);
          return point.into(method, access, descriptor);
        }
      }
      return method;
    }
  }
}
