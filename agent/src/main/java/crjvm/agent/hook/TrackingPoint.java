package crjvm.agent.hook;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A method, mostly a constructor, and the report that it makes before it returns. It makes none if
 * it throws an exception. The inserted call has no branch and no variable, so the stack map frames
 * stay as they are.
 *
 * @param receiver the field with the {@link Tracker}
 * @param type the class, with slashes
 * @param arguments the beginning of the method's descriptor
 */
public record TrackingPoint(
    TrackedField receiver, String type, String method, String arguments, Report report)
    implements MethodPoint {
  /** The name of constructors in class files. */
  public static final String CONSTRUCTOR = "<init>";

  /** The object that a method reports, and where that comes from. */
  public enum Report {
    /** The object itself has to be tracked. */
    THIS,
    /** The object itself has got a seed of the application, and is no longer tracked. */
    SEEDED,
    /** The returned object is tracked if the object itself is. */
    CHILD,
    /** The returned object is tracked if the first argument is. */
    CHILD_OF_ARGUMENT
  }

  /** Inserts the report that the object itself has to be tracked. */
  public static void reportThis(MethodVisitor method, TrackedField receiver) {
    receiver.read(method);
    method.visitVarInsn(Opcodes.ALOAD, 0);
    method.visitVarInsn(Opcodes.ALOAD, 0);
    call(method, receiver);
  }

  private static void call(MethodVisitor method, TrackedField receiver) {
    receiver.call(method, "accept", "(Ljava/lang/Object;Ljava/lang/Object;)V");
  }

  @Override
  public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
    return new MethodVisitor(Opcodes.ASM9, method) {
      @Override
      public void visitInsn(int opcode) {
        if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
          insert(mv);
        }
        super.visitInsn(opcode);
      }
    };
  }

  private void insert(MethodVisitor method) {
    switch (report) {
      case THIS -> reportThis(method, receiver);
      case SEEDED -> {
        receiver.read(method);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitInsn(Opcodes.ACONST_NULL);
        call(method, receiver);
      }
      default -> {
        method.visitInsn(Opcodes.DUP); // the returned object
        receiver.read(method);
        method.visitInsn(Opcodes.SWAP);
        method.visitVarInsn(Opcodes.ALOAD, report == Report.CHILD ? 0 : 1);
        call(method, receiver);
      }
    }
  }
}
