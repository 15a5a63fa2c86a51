package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;
import java.util.Map;

/**
 * The lower half of time-based UUIDs of Cassandra's driver. The driver makes it from the addresses
 * of the machine, the process id and the time of the first UUID.
 */
public final class CassandraUuids implements Holder {
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long RANDOM = 0x3fff_ffff_ffff_ffffL;

  /**
   * The multicast bit, at the place where the driver has it. No address of a network interface has
   * it.
   */
  private static final long GROUP = 0x0100_0000_0000L;

  @Override
  public Map<String, List<String>> statics() {
    return Map.of("com.datastax.oss.driver.api.core.uuid.Uuids", List.of());
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object container = Members.field((Class<?>) owner, "CLOCK_SEQ_AND_NODE").get(null);
    if ((Boolean) Members.get(container, "initialized")) {
      MutableField value = new MutableField(Members.field(container.getClass(), "val"));
      found.add(
          new FieldChange(
              container, value, entropy -> entropy.nextLong() & RANDOM | VARIANT | GROUP));
    }
  }
}
