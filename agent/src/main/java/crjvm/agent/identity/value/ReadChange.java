package crjvm.agent.identity.value;

import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.util.concurrent.Callable;

/**
 * The change of a field to a value that is read from the machine again. The rehearsal reads it,
 * too, because the reading may need locks.
 */
public final class ReadChange implements Renewal {
  private final Object owner;
  private final MutableField field;
  private final Callable<?> reader;

  /**
   * @param owner the object that has the field, or null if the field is static
   */
  public ReadChange(Object owner, MutableField field, Callable<?> reader) {
    this.owner = owner;
    this.field = field;
    this.reader = reader;
  }

  @Override
  public void renew(Entropy entropy) throws Exception {
    field.set(owner, reader.call());
  }

  @Override
  public void rehearse() throws Exception {
    reader.call();
    field.set(owner, field.get(owner));
  }
}
