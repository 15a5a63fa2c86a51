package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.List;

/**
 * Kafka's producers. The broker knows an idempotent producer by an id and a number that goes up
 * with each batch. It would take the batches of a second copy for repeated batches of the first
 * one, so a copy asks for its own id. A transactional producer has a name that only one producer at
 * a time may use.
 */
public final class KafkaProducers implements Holder {
  private static final String CLASS = "org.apache.kafka.clients.producer.KafkaProducer";
  private static final String READY = "READY";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object manager = Members.get(owner, "transactionManager");
    if (manager == null || !((Thread) Members.get(owner, "ioThread")).isAlive()) {
      return; // The producer is not idempotent, or it is closed.
    }
    Object name = Members.get(manager, "transactionalId");
    if (name != null) {
      found.refuse("a transactional Kafka producer (transactional.id \"" + name + "\")");
      return;
    }
    found.add(new Reset(manager, Members.method(manager.getClass(), "resetIdempotentProducerId")));
  }

  /**
   * The reset of the producer id, after which the producer asks for a new one. In any state but
   * READY, the producer has no id or is about to ask for one.
   */
  private record Reset(Object manager, Method reset) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      synchronized (manager) {
        if (isReady()) {
          Members.call(manager, reset);
        }
      }
    }

    @Override
    public void rehearse() throws Exception {
      synchronized (manager) {
        isReady();
      }
    }

    private boolean isReady() throws ReflectiveOperationException {
      return Members.get(manager, "currentState").toString().equals(READY);
    }
  }
}
