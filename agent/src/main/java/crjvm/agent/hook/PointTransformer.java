package crjvm.agent.hook;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A transformer that inserts calls into methods of the JDK and of libraries, whichever class loader
 * loads them. It uses ASM directly, because every start of a JVM waits for it: Byte Buddy would
 * have to load some hundred classes of its own first. There is no lambda here for the same reason.
 *
 * <p>All hooks of a start are in one transformer, because the JVM stops all threads for some
 * milliseconds whenever classes that are already loaded are changed.
 */
public final class PointTransformer implements ClassFileTransformer {
  private final List<Hooks> all = new ArrayList<>();

  /** The points of one subject, by class. */
  private static final class Hooks extends ClassChange {
    final Map<String, List<MethodPoint>> points = new HashMap<>();
    final Consumer<String> failures;

    Hooks(List<? extends MethodPoint> all, Consumer<String> failures) {
      this.failures = failures;
      for (MethodPoint point : all) {
        points.putIfAbsent(point.type(), new ArrayList<>());
        points.get(point.type()).add(point);
      }
    }

    @Override
    protected boolean concerns(ClassLoader loader, String name, boolean isLoaded) {
      return points.containsKey(name);
    }

    @Override
    protected byte[] change(ClassLoader loader, String name, byte[] classFile) {
      ClassReader reader = new ClassReader(classFile);
      // The writer computes no frames, because it would have to load classes for that.
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      Inserter inserter = new Inserter(writer, points.get(name));
      reader.accept(inserter, 0);
      for (String lack : inserter.lacks()) {
        failures.accept(about(name, "has no " + lack));
      }
      return writer.toByteArray();
    }

    @Override
    protected void fail(String name, String why) {
      failures.accept(about(name, why));
    }
  }

  /**
   * Adds calls, which {@link #install} installs.
   *
   * @param values the values of the fields that the calls read
   * @param failures receives the reason of a failure, now, at the installation, or when a class is
   *     loaded
   */
  public void add(
      List<? extends MethodPoint> points,
      Map<TrackedField, Object> values,
      Consumer<String> failures) {
    try {
      for (Map.Entry<TrackedField, Object> value : values.entrySet()) {
        value.getKey().define(value.getValue());
      }
      all.add(new Hooks(points, failures));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      failures.accept(lack(e));
    }
  }

  private static String lack(Throwable e) {
    return e instanceof LinkageError
        ? "it can't be hooked into (" + e + "); is the agent there twice?"
        : "it can't be hooked into (" + e + ")";
  }

  /**
   * Installs the calls. Classes of named modules, such as the JDK's, are changed even if they are
   * already loaded.
   */
  public void install(Instrumentation instrumentation) {
    try {
      instrumentation.addTransformer(this, true);
      changeLoaded(instrumentation);
    } catch (UnmodifiableClassException | RuntimeException | LinkageError e) {
      for (Hooks hooks : all) {
        hooks.failures.accept(lack(e));
      }
    }
  }

  private void changeLoaded(Instrumentation instrumentation) throws UnmodifiableClassException {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getModule().isNamed() && isWanted(type.getName().replace('.', '/'))) {
        loaded.add(type);
      }
    }
    if (!loaded.isEmpty()) {
      instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
    }
  }

  private boolean isWanted(String name) {
    for (Hooks hooks : all) {
      if (hooks.points.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    byte[] changed = null;
    for (Hooks hooks : all) {
      byte[] before = changed == null ? classFile : changed;
      byte[] next = hooks.transform(loader, name, redefined, domain, before);
      changed = next == null ? changed : next;
    }
    return changed;
  }

  /** A point in one class, and what has been seen of it. */
  private static final class Wanted {
    private final MethodPoint point;
    private boolean hasField;
    private boolean hasMethod;

    Wanted(MethodPoint point) {
      this.point = point;
      hasField = point.field().isEmpty();
    }

    /** Returns the member that the class lacks, or null. */
    String lack() {
      if (!hasMethod) {
        return "method \"" + point.method() + "\"";
      }
      return hasField ? null : "field \"" + point.field().get().name() + "\"";
    }
  }

  private static final class Inserter extends ClassVisitor {
    private final List<Wanted> wanted = new ArrayList<>();

    Inserter(ClassVisitor next, List<MethodPoint> points) {
      super(Opcodes.ASM9, next);
      for (MethodPoint point : points) {
        wanted.add(new Wanted(point));
      }
    }

    /** Returns the members that the class lacks. */
    List<String> lacks() {
      List<String> lacks = new ArrayList<>();
      for (Wanted each : wanted) {
        if (each.lack() != null) {
          lacks.add(each.lack());
        }
      }
      return lacks;
    }

    /** ASM visits all fields before the first method. */
    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      for (Wanted each : wanted) {
        each.hasField = each.hasField || each.point.field().get().is(name, descriptor);
      }
      return super.visitField(access, name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean hasCode =
          (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_BRIDGE)) == 0;
      for (Wanted each : wanted) {
        if (hasCode && each.point.fits(access, name, descriptor)) {
          each.hasMethod = true;
          return each.hasField ? each.point.into(method, access, descriptor) : method;
        }
      }
      return method;
    }
  }
}
