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
 * The static field in java.base through which advice in the JDK's classes reaches the agent. These
 * classes do not see the class path, and a look-up at each call would cost too much.
 */
public final class TrackedField {
  /** The mark of a parameter of an advice method that gets the value of the field. */
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Tracked {}

  private TrackedField() {}

  /**
   * Defines the class that holds the field. {@code java.util} has to be open to this class.
   *
   * @param name the name of the class, which is in {@code java.util}
   * @param type the type of the field, which the JDK's classes must see
   */
  public static <T> Field define(String name, Class<T> type, T value)
      throws ReflectiveOperationException {
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
