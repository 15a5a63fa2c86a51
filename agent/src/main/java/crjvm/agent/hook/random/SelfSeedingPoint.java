package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.OwnField;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingPoint;
import java.util.Optional;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A method that gives a generator its seed if the generator has none yet. Before the method does
 * anything else, it reports a generator that will make its own seed.
 *
 * @param receiver the field with the object that receives the report
 * @param type the class, with slashes
 * @param arguments the beginning of the method's descriptor
 * @param state the field of the generator that is null or false as long as there is no seed
 * @param takesSeed whether the first argument is the application's seed, or null
 */
record SelfSeedingPoint(
    TrackedField receiver,
    String type,
    String method,
    String arguments,
    OwnField state,
    boolean takesSeed)
    implements MethodPoint {
  @Override
  public Optional<OwnField> field() {
    return Optional.of(state);
  }

  @Override
  public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
    return new MethodVisitor(Opcodes.ASM9, method) {
      @Override
      public void visitCode() {
        super.visitCode();
        Label goesOn = new Label();
        if (takesSeed) {
          visitVarInsn(Opcodes.ALOAD, 1);
          visitJumpInsn(Opcodes.IFNONNULL, goesOn);
        }
        state.read(mv, type);
        visitJumpInsn(state.descriptor().equals("Z") ? Opcodes.IFNE : Opcodes.IFNONNULL, goesOn);
        TrackingPoint.reportThis(mv, receiver);
        visitLabel(goesOn);
        visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      }
    };
  }
}
