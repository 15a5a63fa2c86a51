package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clock sequence and the address in Log4j's UUIDs by time, which the pattern {@code
 * %uuid{TIME}} prints. Agents that were loaded before this one may have a Log4j of their own. It
 * makes a few such UUIDs whatever its configuration is, for objects that stay in the process.
 */
public final class Log4jUuids implements Holder {
  private static final String CLASS = "org.apache.logging.log4j.core.util.UuidUtil";
  private static final String LOWER_HALF = "LEAST";
  private static final String COUNT = "COUNT";

  /**
   * HotSpot compiles a method when it has been called 200 times (Tier3InvocationThreshold). Up to
   * half of that, no compiled code contains the value of a final field that the method reads.
   */
  private static final int FEW = 100;

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(CLASS, List.of(LOWER_HALF));
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Class<?> type = (Class<?>) owner;
    Field field = Members.field(type, LOWER_HALF);
    if (Modifier.isFinal(field.getModifiers()) // loaded before the agent
        && ((AtomicInteger) Members.field(type, COUNT).get(null)).get() > FEW) {
      found.share("the clock sequence of Log4j's UUIDs by time");
      return;
    }
    MutableField lower = new MutableField(field);
    long before = (Long) lower.get(null);
    found.add(
        new FieldChange(
            null, lower, entropy -> JavaUuidGenerator.other(before, entropy.nextLong())));
  }
}
