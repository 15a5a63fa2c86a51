package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * All hooks that tell which files the process opens, makes, renames, deletes, lists and misses: in
 * the few methods of the JDK that everything goes through which is written in Java. By ASM itself:
 * every start of a JVM waits for it.
 */
public final class FileHooks implements ClassFileTransformer {
  private static final String FIELD = "java.util.CrjvmFiles";
  private static final String KEPT = "java.util.CrjvmKeptFiles";

  private final Map<String, List<FilePoint>> points = new HashMap<>();
  private final Consumer<String> failures;

  private FileHooks(Consumer<String> failures) {
    this.failures = failures;
    for (FilePoint point : FilePoint.ALL) {
      points.computeIfAbsent(point.type(), type -> new ArrayList<>()).add(point);
    }
  }

  /**
   * @param notes gets names and {@link FileUse} bits, in the application's threads: it must be
   *     quick, and open no file. What it throws keeps a method from what it was to do
   * @param kept says of a file that is about to be deleted that it is not to be
   * @param failures gets what went wrong, now or when a class is loaded
   */
  public static void install(
      Instrumentation instrumentation,
      ObjIntConsumer<Object> notes,
      Predicate<Object> kept,
      Consumer<String> failures) {
    try {
      TrackedField.define(FIELD, ObjIntConsumer.class, notes);
      TrackedField.define(KEPT, Predicate.class, kept);
      FileHooks hooks = new FileHooks(failures);
      instrumentation.addTransformer(hooks, true);
      hooks.changeLoaded(instrumentation);
    } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException e) {
      failures.accept("it can't be hooked into (" + e + ")");
    } catch (LinkageError e) {
      failures.accept("it can't be hooked into (" + e + "); is the agent there twice?");
    }
  }

  private void changeLoaded(Instrumentation instrumentation) throws UnmodifiableClassException {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getClassLoader() == null && points.containsKey(type.getName().replace('.', '/'))) {
        loaded.add(type);
      }
    }
    instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    List<FilePoint> wanted = loader == null && name != null ? points.get(name) : null;
    if (wanted == null) {
      return null;
    }
    try {
      ClassReader reader = new ClassReader(classFile);
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      Inserter inserter = new Inserter(writer, wanted);
      reader.accept(inserter, 0);
      inserter.missing().forEach(point -> fail(name, "has no method \"" + point.method() + "\""));
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
    private final List<FilePoint> missing;
    private final List<FilePoint> wanted;

    Inserter(ClassVisitor next, List<FilePoint> wanted) {
      super(Opcodes.ASM9, next);
      this.wanted = wanted;
      missing = new ArrayList<>(wanted);
    }

    List<FilePoint> missing() {
      return missing;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean hasCode =
          (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_BRIDGE)) == 0;
      for (FilePoint point : wanted) {
        if (hasCode && point.method().equals(name) && point.fits(descriptor)) {
          missing.remove(point);
          return point.into(method, access, descriptor);
        }
      }
      return method;
    }
  }
}
