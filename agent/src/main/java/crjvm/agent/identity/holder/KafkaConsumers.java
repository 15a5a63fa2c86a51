package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Kafka's consumers in groups. Until the session ends, the broker would take each copy for the
 * member that it knows, and all of them would get the same records. Therefore a copy joins the
 * group as a new member. A static member has a name that only one member at a time may use. A
 * member that uses one of the newer protocols chose its id itself when it was made.
 */
public final class KafkaConsumers implements Holder {
  private static final String PACKAGE = "org.apache.kafka.clients.consumer.";

  @Override
  public List<String> objects() {
    return List.of(PACKAGE + "KafkaConsumer", PACKAGE + "KafkaShareConsumer");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object consumer =
        Members.hasField(owner, "delegate") ? Members.get(owner, "delegate") : owner; // before 3.7
    if ((Boolean) Members.get(consumer, "closed")) {
      return;
    }
    if (Members.hasField(consumer, "coordinator")) {
      lookAtCoordinator(Members.get(consumer, "coordinator"), found);
    } else if (Members.hasField(consumer, "groupMetadata")) {
      AtomicReference<?> metadata = (AtomicReference<?>) Members.get(consumer, "groupMetadata");
      Optional<?> group = (Optional<?>) metadata.get();
      if (group.isPresent()) {
        refuse(Members.get(group.get(), "groupId"), found);
      }
    } else {
      refuse(Members.get(consumer, "groupId"), found);
    }
  }

  private static void refuse(Object group, Found found) {
    found.refuse("a consumer of the Kafka group \"" + group + "\" that has chosen its member id");
  }

  private static void lookAtCoordinator(Object coordinator, Found found)
      throws ReflectiveOperationException {
    if (coordinator == null) {
      return; // The consumer belongs to no group.
    }
    Object config = Members.get(coordinator, "rebalanceConfig");
    Optional<?> name = (Optional<?>) Members.get(config, "groupInstanceId");
    Object none = Members.field(type(coordinator, "generation"), "NO_GENERATION").get(null);
    if (name.isPresent()) {
      found.refuse("a static member of a Kafka group (group.instance.id \"" + name.get() + "\")");
    } else if (Members.get(coordinator, "generation") != none) {
      found.add(rejoining(coordinator, none));
    }
  }

  private static Class<?> type(Object owner, String field) throws NoSuchFieldException {
    return Members.field(owner.getClass(), field).getType();
  }

  /**
   * Does the same as the coordinator's {@code resetStateAndRejoin}, but without its log message. A
   * stopped thread may hold the lock of the log.
   */
  private static Renewal rejoining(Object coordinator, Object none)
      throws ReflectiveOperationException {
    Object out = Members.field(type(coordinator, "state"), "UNJOINED").get(null);
    return new Rejoining(
        coordinator,
        List.of(
            new Change(field(coordinator, "state"), out),
            new Change(field(coordinator, "generation"), none),
            new Change(field(coordinator, "rejoinNeeded"), true),
            new Change(field(coordinator, "needsJoinPrepare"), true)));
  }

  private static MutableField field(Object owner, String name) throws NoSuchFieldException {
    return new MutableField(Members.field(owner.getClass(), name));
  }

  private record Change(MutableField field, Object value) {}

  private record Rejoining(Object coordinator, List<Change> changes) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws IllegalAccessException {
      synchronized (coordinator) {
        for (Change change : changes) {
          change.field.set(coordinator, change.value);
        }
      }
    }

    @Override
    public void rehearse() throws IllegalAccessException {
      synchronized (coordinator) {
        for (Change change : changes) {
          change.field.set(coordinator, change.field.get(coordinator));
        }
      }
    }
  }
}
