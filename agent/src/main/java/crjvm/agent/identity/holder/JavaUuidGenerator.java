package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;

/**
 * The time-based UUIDs of java-uuid-generator. They contain the clock sequence of the timer and the
 * address of a network interface. Instead of this address there may be a random number with the
 * multicast bit.
 */
public final class JavaUuidGenerator implements Holder {
  private static final String PACKAGE = "com.fasterxml.uuid.";
  private static final int SEQUENCE = 0x3fff;
  private static final int ADDRESS_BITS = 48;
  private static final long ADDRESS = (1L << ADDRESS_BITS) - 1;
  private static final long GROUP = 0x0100_0000_0000L;

  @Override
  public List<String> objects() {
    return List.of(
        PACKAGE + "impl.TimeBasedGenerator", PACKAGE + "impl.TimeBasedReorderedGenerator");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    MutableField lower = new MutableField(Members.field(owner.getClass(), "_uuidL2"));
    long before = (Long) lower.get(owner);
    found.add(new FieldChange(owner, lower, entropy -> other(before, entropy.nextLong())));
  }

  /**
   * Returns another lower half for UUIDs. It consists of the two bits of the variant, the sequence
   * and the address.
   */
  static long other(long lower, long random) {
    long changing = (long) SEQUENCE << ADDRESS_BITS | ((lower & GROUP) == 0 ? 0 : ADDRESS & ~GROUP);
    return lower & ~changing | random & changing;
  }
}
