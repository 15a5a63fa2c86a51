package crjvm.agent.hook;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/** A field of the changed class that an inserted call reads. */
public record OwnField(String name, String descriptor) {
  boolean is(String otherName, String otherDescriptor) {
    return name.equals(otherName) && descriptor.equals(otherDescriptor);
  }

  /**
   * Puts the value onto the stack.
   *
   * @param type the class, with slashes
   */
  public void read(MethodVisitor method, String type) {
    method.visitVarInsn(Opcodes.ALOAD, 0);
    method.visitFieldInsn(Opcodes.GETFIELD, type, name, descriptor);
  }
}
