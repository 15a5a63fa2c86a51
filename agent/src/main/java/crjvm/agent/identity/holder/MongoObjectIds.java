package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.NumberChange;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The values of {@code ObjectId} in MongoDB's driver. An id consists of a time in seconds, five
 * random bytes of the process, and a counter. Since 5.6 one field holds the random bytes, before
 * there were two.
 */
public final class MongoObjectIds implements Holder {
  private static final String CLASS = "org.bson.types.ObjectId";
  private static final String RANDOM = "RANDOM_VALUE";
  private static final int COUNTER_BITS = 24;

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(CLASS, List.of(RANDOM, RANDOM + "1", RANDOM + "2"));
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Class<?> type = (Class<?>) owner;
    String field = Members.declares(type, RANDOM) ? RANDOM : RANDOM + "1";
    if (Modifier.isFinal(Members.field(type, field).getModifiers())) { // loaded before the agent
      found.share("the random part of every " + CLASS);
      return;
    }
    AtomicInteger counter = (AtomicInteger) Members.field(type, "NEXT_COUNTER").get(null);
    found.add(new NumberChange(counter, Integer.MAX_VALUE));
    if (Members.declares(type, RANDOM)) {
      MutableField random = new MutableField(Members.field(type, RANDOM));
      found.add(new FieldChange(null, random, entropy -> entropy.nextLong() << COUNTER_BITS));
      return;
    }
    MutableField first = new MutableField(Members.field(type, RANDOM + "1"));
    found.add(new FieldChange(null, first, entropy -> (int) entropy.nextLong() & 0xffffff));
    MutableField second = new MutableField(Members.field(type, RANDOM + "2"));
    found.add(new FieldChange(null, second, entropy -> (short) (entropy.nextLong() & 0x7fff)));
  }
}
