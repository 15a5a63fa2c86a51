package crjvm.agent.hook;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.Random;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * The static field in java.base through which advice in the JDK's classes reaches the agent. These
 * classes do not see the class path, and a look-up at each call would cost too much.
 */
public final class TrackedField {
  /** The mark of a parameter of an advice method that gets the value of the field. */
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Tracked {}

  private TrackedField() {}

  /**
   * Defines the class that holds the field. {@code java.util} has to be open to this class. It uses
   * ASM directly, because every start of a JVM waits for it.
   *
   * @param name the name of the class, which is in {@code java.util}
   * @param type the type of the field, which the JDK's classes must see
   */
  public static <T> Field define(String name, Class<T> type, T value)
      throws ReflectiveOperationException {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V17, Opcodes.ACC_PUBLIC, name.replace('.', '/'), null, "java/lang/Object", null);
    writer
        .visitField(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC,
            "tracked",
            Type.getDescriptor(type),
            null,
            null)
        .visitEnd();
    writer.visitEnd();
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(Random.class, MethodHandles.lookup());
    Field field = lookup.defineClass(writer.toByteArray()).getField("tracked");
    field.set(null, value);
    return field;
  }
}
