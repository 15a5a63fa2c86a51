package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that EclipseLink and Spring's incrementers take from the database before they need them.
 * A copy forgets them and asks the database, as after a start.
 */
public final class PreallocatedKeys implements Holder {
  private static final String SPRING = "org.springframework.jdbc.support.incrementer.";
  private static final String QUEUES = "preallocatedSequences";
  private static final String INDEX = "nextValueIndex";

  @Override
  public List<String> objects() {
    return List.of(
        "org.eclipse.persistence.internal.sequencing.PreallocationHandler",
        SPRING + "AbstractIdentityColumnMaxValueIncrementer",
        SPRING + "MySQLMaxValueIncrementer");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (Members.hasField(owner, QUEUES)) {
      Map<?, ?> queues = (Map<?, ?>) Members.get(owner, QUEUES);
      add(owner, QUEUES, entropy -> emptied(queues), found);
    } else if (Members.hasField(owner, INDEX)) {
      add(owner, INDEX, entropy -> -1, found);
    } else { // There are no keys between equal borders.
      add(owner, "nextId", entropy -> 0L, found);
      add(owner, "maxId", entropy -> 0L, found);
    }
  }

  /** Returns the same map, because a thread may be about to take a key from one of its queues. */
  private static Object emptied(Map<?, ?> queues) {
    queues.values().forEach(queue -> ((Queue<?>) queue).clear());
    return queues;
  }

  private static void add(Object owner, String name, FieldChange.Value value, Found found)
      throws ReflectiveOperationException {
    MutableField field = new MutableField(Members.field(owner.getClass(), name));
    FieldChange change = new FieldChange(owner, field, value);
    found.add(new LockedChange(new ReentrantLock(), owner, change));
  }
}
