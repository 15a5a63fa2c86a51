package crjvm.agent.hook.identity;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedField;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A hook into the methods of {@code ProcessHandle.current()}. The JDK keeps this object in a final
 * field, and so do applications. HotSpot's compilers trust the final fields of the object itself,
 * as they do for all of {@code java.lang}. Code that was compiled before the checkpoint would
 * otherwise contain the process id. So the methods take the same object from an array instead, and
 * go on with that.
 */
public final class ProcessHandleHook {
  /**
   * This process, twice. A compiler that finds the first one equal to a constant takes that
   * constant for it from then on, but it knows nothing of the second one.
   */
  private static final TrackedField PROCESS =
      new TrackedField("java/util/CrjvmProcess", ProcessHandle[].class);

  private ProcessHandleHook() {}

  /** Adds the hook. The JDK's packages have to be open. */
  public static void addTo(PointTransformer transformer, Consumer<String> failures) {
    ProcessHandle current = ProcessHandle.current();
    transformer.add(
        List.of(new OwnMethods()),
        Map.of(PROCESS, new ProcessHandle[] {current, current}),
        failures);
  }

  /** All methods of the object, pid among them. */
  private record OwnMethods() implements MethodPoint {
    @Override
    public String type() {
      return "java/lang/ProcessHandleImpl";
    }

    @Override
    public String method() {
      return "pid";
    }

    @Override
    public String arguments() {
      return "()";
    }

    @Override
    public boolean fits(int access, String method, String descriptor) {
      return (access & Opcodes.ACC_STATIC) == 0 && !method.equals("<init>");
    }

    @Override
    public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public void visitCode() {
          super.visitCode();
          Label goesOn = new Label();
          visitVarInsn(Opcodes.ALOAD, 0);
          readProcess(0);
          visitJumpInsn(Opcodes.IF_ACMPNE, goesOn);
          readProcess(1);
          visitTypeInsn(Opcodes.CHECKCAST, type());
          visitVarInsn(Opcodes.ASTORE, 0);
          visitLabel(goesOn);
          visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        }

        private void readProcess(int index) {
          PROCESS.read(mv);
          visitInsn(Opcodes.ICONST_0 + index);
          visitInsn(Opcodes.AALOAD);
        }
      };
    }
  }
}
