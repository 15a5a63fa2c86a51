package crjvm.agent.identity.value;

import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;

/** The change of a field's value. */
public final class FieldChange implements Renewal {
  private final Object owner;
  private final MutableField field;
  private final Value value;

  /** The source of the field's value in a copy. */
  @FunctionalInterface
  public interface Value {
    Object of(Entropy entropy) throws IOException;
  }

  /**
   * @param owner the object that has the field, or null if the field is static
   */
  public FieldChange(Object owner, MutableField field, Value value) {
    this.owner = owner;
    this.field = field;
    this.value = value;
  }

  @Override
  public void renew(Entropy entropy) throws IOException, IllegalAccessException {
    field.set(owner, value.of(entropy));
  }

  @Override
  public void rehearse() throws IllegalAccessException {
    field.set(owner, field.get(owner));
  }
}
