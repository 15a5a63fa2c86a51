package crjvm.agent.hook.tool;

import crjvm.agent.hook.ClassChange;
import crjvm.agent.hook.TrackedField;
import java.lang.instrument.Instrumentation;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A hook into the static initialisers of all application classes. They report when they begin and
 * when they have ended. A class that has static fields but no initialiser gets one. The hook uses
 * ASM directly, because Byte Buddy's additional work is too expensive for thousands of classes.
 *
 * <p>The initialisers call a class in {@code java.util}, which every class loader takes from the
 * JDK. To find a class of the agent, they would have to load classes through the application's
 * loaders while a thread is loading one, and two threads could wait for each other forever.
 */
public final class InitialiserHook extends ClassChange {
  private static final TrackedField BEGIN =
      new TrackedField("java/util/CrjvmInitialising", Runnable.class);
  private static final TrackedField END =
      new TrackedField("java/util/CrjvmInitialised", Runnable.class);
  private static final String INITIALISER = "<clinit>";

  private final ClassLoader own;

  /**
   * @param own the agent's class loader, whose classes are not changed
   */
  public InitialiserHook(ClassLoader own) {
    this.own = own;
  }

  /**
   * A listener that reports the class of the application that calls it. It never throws an
   * exception.
   */
  private static final class Listener implements Runnable {
    private static final StackWalker CALLERS =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final Consumer<Class<?>> consumer;

    Listener(Consumer<Class<?>> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void run() {
      try {
        consumer.accept(CALLERS.getCallerClass());
      } catch (Throwable e) {
        // The state of the class will not be reset.
      }
    }
  }

  /**
   * Installs the hook. {@code java.util} has to be open to this class.
   *
   * @param begin receives each class that begins its initialisation, in the initialising thread
   * @param end receives each class that has ended its initialisation, in the same thread
   */
  public void install(
      Instrumentation instrumentation, Consumer<Class<?>> begin, Consumer<Class<?>> end)
      throws ReflectiveOperationException {
    BEGIN.define(new Listener(begin));
    END.define(new Listener(end));
    instrumentation.addTransformer(this);
  }

  public void remove(Instrumentation instrumentation) {
    instrumentation.removeTransformer(this);
  }

  @Override
  protected boolean concerns(ClassLoader loader, String name, boolean isLoaded) {
    return !isLoaded
        && loader != null
        && loader != own
        && loader != ClassLoader.getPlatformClassLoader()
        && !name.startsWith("crjvm/door/")
        && !name.startsWith("crjvm/crac/")
        && !name.startsWith("jdk/internal/");
  }

  @Override
  protected byte[] change(ClassLoader loader, String name, byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    Inserter inserter = new Inserter(writer);
    reader.accept(inserter, 0);
    return inserter.hasChanged ? writer.toByteArray() : null;
  }

  @Override
  protected void fail(String name, String why) {
    // The state of the class will not be reset.
  }

  private static final class Inserter extends ClassVisitor {
    private boolean isInterface;
    private boolean hasState;
    private boolean hasInitialiser;
    private boolean isSerializable;
    private boolean hasChanged;

    Inserter(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
        int version, int access, String name, String signature, String parent, String[] types) {
      isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
      isSerializable = types != null && java.util.List.of(types).contains("java/io/Serializable");
      super.visit(version, access, name, signature, parent, types);
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      boolean isVariable = (access & Opcodes.ACC_STATIC) != 0 && (access & Opcodes.ACC_FINAL) == 0;
      hasState |= isVariable;
      // A new initialiser would change the version number that serialization computes.
      isSerializable &= !name.equals("serialVersionUID");
      return super.visitField(access, name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals(INITIALISER)) {
        return method;
      }
      hasInitialiser = true;
      hasChanged = true;
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public void visitCode() {
          super.visitCode();
          call(this, BEGIN);
        }

        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.RETURN) {
            call(this, END);
          }
          super.visitInsn(opcode);
        }

        @Override
        public void visitMaxs(int stack, int variables) {
          super.visitMaxs(stack + 1, variables);
        }
      };
    }

    private static void call(MethodVisitor method, TrackedField listener) {
      listener.read(method);
      listener.call(method, "run", "()V");
    }

    @Override
    public void visitEnd() {
      if (hasState && !hasInitialiser && !isInterface && !isSerializable) {
        hasChanged = true;
        MethodVisitor method =
            super.visitMethod(Opcodes.ACC_STATIC, INITIALISER, "()V", null, null);
        method.visitCode();
        call(method, BEGIN);
        call(method, END);
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(1, 0);
        method.visitEnd();
      }
      super.visitEnd();
    }
  }
}
