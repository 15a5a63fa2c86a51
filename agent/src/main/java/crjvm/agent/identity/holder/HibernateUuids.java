package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;

/**
 * The numbers in Hibernate's UUIDs by time: the address of the machine, the time at which Hibernate
 * was started, and a counter. A copy gets random ones.
 */
public final class HibernateUuids implements Holder {
  private static final String STRATEGY = "org.hibernate.id.uuid.CustomVersionOneStrategy";
  private static final String HELPER = "org.hibernate.id.uuid.Helper";
  private static final String GENERATOR = "org.hibernate.id.AbstractUUIDGenerator";
  private static final String COUNTER = "counter";

  private static final List<String> BYTES = List.of("ADDRESS_BYTES", "JVM_IDENTIFIER_BYTES");
  private static final List<String> NUMBERS = List.of("IP", "JVM");

  private static final long VERSION_MASK = 0xf000L;
  private static final long VERSION = 0x1000L;

  @Override
  public List<String> objects() {
    return List.of(STRATEGY);
  }

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(HELPER, List.of(), GENERATOR, NUMBERS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (!(owner instanceof Class<?> type)) {
      MutableField upper = new MutableField(Members.field(owner.getClass(), "mostSignificantBits"));
      found.add(
          new FieldChange(owner, upper, entropy -> entropy.nextLong() & ~VERSION_MASK | VERSION));
      return;
    }
    found.add(
        new FieldChange(
            null,
            new MutableField(Members.field(type, COUNTER)),
            entropy -> (short) (entropy.nextLong() & Short.MAX_VALUE)));
    if (type.getName().equals(HELPER)) {
      for (String name : BYTES) {
        found.add(new RandomBytes((byte[]) Members.field(type, name).get(null)));
      }
    } else if (Modifier.isFinal(Members.field(type, NUMBERS.get(0)).getModifiers())) {
      found.share("the number of the process in ids of " + GENERATOR); // loaded before the agent
    } else {
      for (String name : NUMBERS) {
        MutableField number = new MutableField(Members.field(type, name));
        found.add(new FieldChange(null, number, entropy -> (int) entropy.nextLong()));
      }
    }
  }
}
