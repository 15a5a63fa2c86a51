package crjvm.agent.tool.state;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;

/** The value of a field. */
final class FieldCell implements Cell {
  private final Field field;
  private final Object owner;
  private final boolean isPrimitive;
  private Object value;

  /**
   * @param owner the object that has the field, or null if the field is static
   */
  FieldCell(Field field, Object owner) {
    this.field = field;
    this.owner = owner;
    isPrimitive = field.getType().isPrimitive();
  }

  @Override
  public Object mark() throws IllegalAccessException {
    return field.get(owner);
  }

  /** Returns the object that has the field, or the class if the field is static. */
  Object holder() {
    return owner == null ? field.getDeclaringClass() : owner;
  }

  /** Returns whether a longer array has replaced the one that is remembered. */
  boolean hasGrown() throws IllegalAccessException {
    Object now = field.get(owner);
    return now != value
        && now != null
        && value != null
        && now.getClass().isArray()
        && now.getClass() == value.getClass()
        && Array.getLength(now) > Array.getLength(value);
  }

  @Override
  public Collection<?> elements() throws IllegalAccessException {
    Object now = isPrimitive ? null : field.get(owner);
    return now == null ? List.of() : List.of(now);
  }

  @Override
  public void remember() throws IllegalAccessException {
    value = field.get(owner);
  }

  @Override
  public String name() {
    return field.getDeclaringClass().getName() + "." + field.getName();
  }

  @Override
  public void bringBack() throws IllegalAccessException {
    Object now = field.get(owner);
    if (isPrimitive ? !now.equals(value) : now != value) {
      field.set(owner, value);
    }
  }
}
