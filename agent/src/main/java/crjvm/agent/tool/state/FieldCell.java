package crjvm.agent.tool.state;

import java.lang.reflect.Field;

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
