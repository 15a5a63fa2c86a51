package crjvm.agent.hook;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.WeakHashMap;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * The static initialisers of all classes of the application: they say when they begin and when they
 * have ended. Classes that have static fields and no initialiser get one. By ASM itself: what Byte
 * Buddy does beyond it is dear, for thousands of classes.
 */
public final class InitialiserHook implements ClassFileTransformer {
  private static final String HOOKS = "crjvm.entry.Hooks";
  private static final String HOOKS_INTERNAL = HOOKS.replace('.', '/');
  private static final String INITIALISER = "<clinit>";

  private final ClassLoader own;
  private final Map<ClassLoader, Boolean> canSee = new WeakHashMap<>();

  /**
   * @param own the agent's, whose classes are left alone
   */
  public InitialiserHook(ClassLoader own) {
    this.own = own;
  }

  public void install(Instrumentation instrumentation) {
    instrumentation.addTransformer(this);
  }

  public void remove(Instrumentation instrumentation) {
    instrumentation.removeTransformer(this);
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (redefined != null || name == null || !isOfApplication(loader, name)) {
      return null;
    }
    try {
      ClassReader reader = new ClassReader(classFile);
      ClassWriter writer = new ClassWriter(reader, 0);
      Inserter inserter = new Inserter(writer);
      reader.accept(inserter, 0);
      return inserter.hasChanged ? writer.toByteArray() : null;
    } catch (RuntimeException | LinkageError e) {
      Console.trace(e); // its state is not brought back
      return null;
    }
  }

  private boolean isOfApplication(ClassLoader loader, String name) {
    return loader != null
        && loader != own
        && loader != ClassLoader.getPlatformClassLoader()
        && !name.startsWith("crjvm/entry/")
        && !name.startsWith("crjvm/crac/")
        && !name.startsWith("jdk/internal/")
        && canSee(loader);
  }

  /** A class that did not find what it calls would be the application's end. */
  private boolean canSee(ClassLoader loader) {
    if (loader == ClassLoader.getSystemClassLoader()) {
      return true;
    }
    synchronized (canSee) {
      Boolean known = canSee.get(loader);
      if (known != null) {
        return known;
      }
      canSee.put(loader, false); // while it looks
      boolean sees;
      try {
        sees = loader.loadClass(HOOKS).getClassLoader() == ClassLoader.getSystemClassLoader();
      } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
        sees = false;
      }
      canSee.put(loader, sees);
      return sees;
    }
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
      // A new initialiser would change the version that serialization computes.
      isSerializable &= !name.equals("serialVersionUID");
      return super.visitField(access, name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals(INITIALISER) || isInterface) {
        return method;
      }
      hasInitialiser = true;
      hasChanged = true;
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public void visitCode() {
          super.visitCode();
          call(this, "initialising");
        }

        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.RETURN) {
            call(this, "initialised");
          }
          super.visitInsn(opcode);
        }
      };
    }

    private static void call(MethodVisitor method, String name) {
      method.visitMethodInsn(Opcodes.INVOKESTATIC, HOOKS_INTERNAL, name, "()V", false);
    }

    @Override
    public void visitEnd() {
      if (hasState && !hasInitialiser && !isInterface && !isSerializable) {
        hasChanged = true;
        MethodVisitor method =
            super.visitMethod(Opcodes.ACC_STATIC, INITIALISER, "()V", null, null);
        method.visitCode();
        call(method, "initialising");
        call(method, "initialised");
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
      }
      super.visitEnd();
    }
  }
}
