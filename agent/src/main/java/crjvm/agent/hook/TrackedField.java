package crjvm.agent.hook;

import java.lang.invoke.MethodHandles;
import java.util.Random;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * The static field in java.base through which calls in the JDK's classes reach the agent. These
 * classes do not see the class path, and a look-up at each call would cost too much.
 */
public final class TrackedField {
  private static final String NAME = "tracked";

  private final String holder;
  private final Class<?> type;

  /**
   * @param holder the name of the class that holds the field, with slashes; it is in {@code
   *     java/util}
   * @param type the type of the field, which the JDK's classes must see
   */
  public TrackedField(String holder, Class<?> type) {
    this.holder = holder;
    this.type = type;
  }

  /**
   * Defines the class that holds the field. {@code java.util} has to be open to this class.
   *
   * @param value an object of the field's type
   */
  public void define(Object value) throws ReflectiveOperationException {
    ClassWriter writer = new ClassWriter(0);
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER;
    writer.visit(Opcodes.V17, access, holder, null, "java/lang/Object", null);
    access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    writer.visitField(access, NAME, descriptor(), null, null).visitEnd();
    writer.visitEnd();
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(Random.class, MethodHandles.lookup());
    lookup.defineClass(writer.toByteArray()).getField(NAME).set(null, value);
  }

  private String descriptor() {
    return Type.getDescriptor(type);
  }

  /** Puts the value onto the stack. */
  public void read(MethodVisitor method) {
    method.visitFieldInsn(Opcodes.GETSTATIC, holder, NAME, descriptor());
  }

  /**
   * Calls a method of the field's type, an interface. The stack has the value and the arguments.
   */
  public void call(MethodVisitor method, String name, String descriptor) {
    String owner = Type.getInternalName(type);
    method.visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
  }
}
