package crjvm.agent.hook.resource;

import crjvm.agent.hook.MethodPoint;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * The method that makes a temporary file with a random name. A thread that is between the two steps
 * when the checkpoint is made has the same name in every copy, so the second copy finds the name
 * taken. The JDK would throw an exception then. With the hook, the method begins again, as {@code
 * Files} does.
 */
record TakenNamePoint() implements MethodPoint {
  private static final String EXCEPTION = "java/io/IOException";

  @Override
  public String type() {
    return "java/io/File";
  }

  @Override
  public String method() {
    return "createTempFile";
  }

  @Override
  public String arguments() {
    return "(Ljava/lang/String;Ljava/lang/String;Ljava/io/File;)";
  }

  /**
   * Returns a visitor that replaces the throwing instruction alone, so that the stack map frames
   * stay as they are. The method has one exception of this class, which it throws for a taken name.
   */
  @Override
  public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
    return new MethodVisitor(Opcodes.ASM9, method) {
      private boolean isTaken;

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String signature, boolean isInterface) {
        isTaken = owner.equals(EXCEPTION) && name.equals("<init>");
        super.visitMethodInsn(opcode, owner, name, signature, isInterface);
      }

      @Override
      public void visitInsn(int opcode) {
        if (opcode != Opcodes.ATHROW || !isTaken) {
          super.visitInsn(opcode);
          return;
        }
        super.visitInsn(Opcodes.POP);
        for (int i = 0; i < 3; i++) {
          visitVarInsn(Opcodes.ALOAD, i);
        }
        visitMethodInsn(Opcodes.INVOKESTATIC, type(), method(), descriptor, false);
        super.visitInsn(Opcodes.ARETURN);
      }
    };
  }
}
