package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The random ids under which Spring Integration and Redisson store the owner of a lock. Copies with
 * one id would have one lock at the same time. All objects of one Redisson have the same id.
 */
public final class LockOwners implements Holder {
  private static final String REDISSON = "org.redisson.";
  private static final String CACHE = REDISSON + "cache.LocalCacheListener";

  /** The fields with the id, by their class. */
  private static final Map<String, String> IDS =
      Map.of(
          "org.springframework.integration.jdbc.lock.DefaultLockRepository",
          "id",
          "org.springframework.integration.redis.util.RedisLockRegistry",
          "clientId",
          REDISSON + "connection.ServiceManager",
          "id",
          REDISSON + "RedissonBaseLock",
          "id");

  /** The fields of tasks that prolong locks. */
  private static final List<String> TASKS =
      List.of("reference", "multilockReference", "readLockReference");

  @Override
  public List<String> objects() {
    List<String> all = new ArrayList<>(IDS.keySet());
    all.add(CACHE);
    return all;
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Class<?> type = owner.getClass();
    while (!IDS.containsKey(type.getName()) && !type.getName().equals(CACHE)) {
      type = type.getSuperclass();
    }
    if (type.getName().equals(CACHE)) {
      found.add(new RandomBytes((byte[]) Members.field(type, "instanceId").get(owner)));
      return;
    }
    MutableField field = new MutableField(Members.field(type, IDS.get(type.getName())));
    String id = (String) field.get(owner);
    if (OwnValues.isUuid(id) && !OwnValues.isGiven(id)) {
      Owners owners = found.renewal(Owners.class, Owners::new);
      found.add(new FieldChange(owner, field, entropy -> owners.of(id, entropy)));
    } else {
      found.share("the owner \"" + id + "\" of locks of a " + type.getName());
    }
    if (Members.hasField(owner, "renewalScheduler")) {
      refuseHeld(Members.get(owner, "renewalScheduler"), found);
    }
  }

  /** Refuses locks that Redisson prolongs until they are given back. */
  private static void refuseHeld(Object scheduler, Found found)
      throws ReflectiveOperationException {
    for (String name : scheduler == null ? List.<String>of() : TASKS) {
      Object task = ((AtomicReference<?>) Members.get(scheduler, name)).get();
      if (task != null) {
        for (Object lock : ((Map<?, ?>) Members.get(task, "name2entry")).keySet()) {
          found.refuse("Redisson's lock \"" + lock + "\", which is held");
        }
      }
    }
  }

  /** The ids of a copy by those of the checkpoint. */
  private static final class Owners implements Renewal {
    private final Map<String, String> ids = new HashMap<>();

    String of(String before, Entropy entropy) throws IOException {
      String id = ids.get(before);
      if (id == null) {
        id = RandomUuid.next(entropy);
        ids.put(before, id);
      }
      return id;
    }

    @Override
    public void renew(Entropy entropy) {}

    @Override
    public void rehearse() {}
  }
}
