package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;

/**
 * The ids that ActiveMQ Classic makes for connections, and so for messages. They contain a port and
 * the time at which the class was loaded, and the broker drops a message whose id it has seen. A
 * connection by failover, which goes on in a copy, keeps its id in many objects.
 */
public final class ActiveMqIds implements Holder {
  private static final String GENERATOR = "org.apache.activemq.util.IdGenerator";
  private static final String CONNECTION = "org.apache.activemq.ActiveMQConnection";
  private static final String FAILOVER = "org.apache.activemq.transport.failover.FailoverTransport";
  private static final String STUB = "UNIQUE_STUB";
  private static final int PORT = 0xffff;

  @Override
  public List<String> objects() {
    return List.of(GENERATOR, CONNECTION);
  }

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(GENERATOR, List.of(STUB));
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner instanceof Class<?> type) {
      if (Modifier.isFinal(Members.field(type, STUB).getModifiers())) { // loaded before the agent
        found.share("the random part of ActiveMQ's ids");
        return;
      }
      found.add(new FieldChange(null, new MutableField(Members.field(type, STUB)), e -> stub(e)));
    } else if (Members.hasField(owner, "seed")) {
      String stub = (String) Members.field(owner.getClass(), STUB).get(null);
      MutableField field = new MutableField(Members.field(owner.getClass(), "seed"));
      String seed = (String) field.get(owner);
      found.add(new FieldChange(owner, field, e -> seed.replace(stub, stub(e))));
    } else if (goesOn(owner)) {
      Object id = Members.get(Members.get(owner, "info"), "connectionId");
      found.refuse("ActiveMQ's connection " + id + ", which has failover");
    }
  }

  /** Returns a text like ActiveMQ's, which has a port and a time. */
  private static String stub(Entropy entropy) throws IOException {
    return "-" + (entropy.nextLong() & PORT) + "-" + (entropy.nextLong() >>> 1) + "-";
  }

  private static boolean goesOn(Object connection) throws ReflectiveOperationException {
    if (Members.get(connection, "closed").toString().equals("true")) {
      return false;
    }
    for (Object each = Members.get(connection, "transport"); each != null; ) {
      if (each.getClass().getName().equals(FAILOVER)) {
        return true;
      }
      each = Members.hasField(each, "next") ? Members.get(each, "next") : null;
    }
    return false;
  }
}
