package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.NumberChange;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The time-based UUIDs of uuid-creator. A copy gets another random node and another clock sequence.
 */
public final class UuidCreator implements Holder {
  private static final String PACKAGE = "com.github.f4b6a3.uuid.factory.function.impl.";
  private static final String NODE = PACKAGE + "DefaultNodeIdFunction";
  private static final String SEQUENCE = PACKAGE + "DefaultClockSeqFunction";
  private static final int SEQUENCE_MASK = 0x3fff;
  private static final long NODE_MASK = 0xffff_ffff_ffffL;

  /** The multicast bit, which no address of a network interface has. */
  private static final long GROUP = 0x0100_0000_0000L;

  @Override
  public List<String> objects() {
    return List.of(NODE, SEQUENCE);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner.getClass().getName().equals(NODE)) {
      MutableField field = new MutableField(Members.field(owner.getClass(), "nodeIdentifier"));
      found.add(new FieldChange(owner, field, entropy -> entropy.nextLong() & NODE_MASK | GROUP));
    } else {
      found.add(new NumberChange((AtomicInteger) Members.get(owner, "sequence"), SEQUENCE_MASK));
    }
  }
}
