package crjvm.agent.hook;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.Random;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.FieldManifestation;
import net.bytebuddy.description.modifier.Ownership;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.scaffold.subclass.ConstructorStrategy;

/**
 * The static field in java.base through which advice in the JDK's own classes reaches the agent:
 * they see nothing of the class path, and a look-up at each call would cost too much.
 */
final class TrackedField {
  /** Marks the parameter of an advice that gets the field's value. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Tracked {}

  private TrackedField() {}

  /**
   * Makes the class that holds it; needs {@code java.util} to be open to this class.
   *
   * @param name of the class, in {@code java.util}
   * @param type of the field, which the JDK's classes know
   */
  static <T> Field define(String name, Class<T> type, T value) throws ReflectiveOperationException {
    byte[] bytes =
        new ByteBuddy()
            .subclass(Object.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
            .name(name)
            .modifiers(Visibility.PUBLIC)
            .defineField(
                "tracked", type, Visibility.PUBLIC, Ownership.STATIC, FieldManifestation.PLAIN)
            .make()
            .getBytes();
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(Random.class, MethodHandles.lookup());
    Field field = lookup.defineClass(bytes).getField("tracked");
    field.set(null, value);
    return field;
  }
}
