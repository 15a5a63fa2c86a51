package crjvm.agent.hook.tool;

import crjvm.agent.hook.ClassChange;
import crjvm.agent.hook.TrackedField;
import java.lang.instrument.Instrumentation;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A hook into Plexus Classworlds, Maven's launcher, whose main method makes class loaders and
 * starts the application from one of them. It hands itself over when it has read its configuration.
 *
 * <p>The launcher of Spring Boot's executable jars is left alone: with the class loader of an
 * earlier run, Logback keeps that run's levels.
 */
public final class LoaderHook extends ClassChange {
  private static final TrackedField LOADERS =
      new TrackedField("java/util/CrjvmLoaders", Consumer.class);
  private static final String CLASSWORLDS = "org/codehaus/plexus/classworlds/launcher/Launcher";

  /**
   * Installs the hook. {@code java.util} has to be open to this class.
   *
   * @param loaders gets the launcher. It never throws an exception
   */
  public void install(Instrumentation instrumentation, Consumer<Object> loaders)
      throws ReflectiveOperationException {
    LOADERS.define(loaders);
    instrumentation.addTransformer(this);
  }

  /** Ends the search for launchers. Those that are loaded stay as they are. */
  public void remove(Instrumentation instrumentation) {
    instrumentation.removeTransformer(this);
  }

  @Override
  protected boolean concerns(ClassLoader loader, String name, boolean isLoaded) {
    return !isLoaded && name.equals(CLASSWORLDS);
  }

  @Override
  protected byte[] change(ClassLoader loader, String name, byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Inserter(writer), 0);
    return writer.toByteArray();
  }

  @Override
  protected void fail(String name, String why) {
    // Each run has a class loader of its own.
  }

  private static final class Inserter extends ClassVisitor {
    Inserter(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean isPlace = name.equals("configure") && descriptor.equals("(Ljava/io/InputStream;)V");
      return isPlace ? new AtEnd(method) : method;
    }
  }

  /** Hands the object over before its method returns. */
  private static final class AtEnd extends MethodVisitor {
    AtEnd(MethodVisitor method) {
      super(Opcodes.ASM9, method);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.RETURN) {
        LOADERS.read(mv);
        mv.visitVarInsn(Opcodes.ALOAD, 0);
        LOADERS.call(mv, "accept", "(Ljava/lang/Object;)V");
      }
      super.visitInsn(opcode);
    }

    @Override
    public void visitMaxs(int stack, int variables) {
      super.visitMaxs(stack + 2, variables);
    }
  }
}
