package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The time-sorted ids of Hutool's Snowflake. Hutool computes the numbers of worker and data centre
 * from the process id and a network interface, and keeps them as constants. If a Snowflake has
 * other numbers, the application has chosen them. Code that was compiled before the checkpoint
 * contains the constants of the checkpoint.
 */
public final class HutoolSnowflakes implements Holder {
  private static final String CLASS = "cn.hutool.core.lang.Snowflake";
  private static final String CONSTANTS = "cn.hutool.core.lang.id.IdConstants";
  private static final String WORKER = "DEFAULT_WORKER_ID";
  private static final String CENTRE = "DEFAULT_DATACENTER_ID";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  /** Returns the constants. They belong to an interface, whose fields have to be final. */
  @Override
  public Map<String, List<String>> statics() {
    return Map.of(CONSTANTS, List.of());
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Defaults defaults = found.renewal(Defaults.class, Defaults::new);
    if (owner instanceof Class<?> constants) {
      defaults.add(constants);
    } else if (!defaults.add(owner)) {
      String worker = Members.get(owner, "workerId") + " of " + Members.get(owner, "dataCenterId");
      found.share("the worker " + worker + " of a " + CLASS);
    }
  }

  /** The default numbers, for each class loader that has Hutool. */
  private static final class Defaults implements Renewal {
    private final Map<ClassLoader, Class<?>> constants = new HashMap<>();
    private final Map<ClassLoader, Workers> workers = new HashMap<>();

    void add(Class<?> type) throws NoSuchFieldException {
      Workers ofLoader = new Workers();
      ofLoader.add(null, type, WORKER, CENTRE);
      constants.put(type.getClassLoader(), type);
      workers.put(type.getClassLoader(), ofLoader);
    }

    /** Returns false if the Snowflake has other numbers. */
    boolean add(Object snowflake) throws ReflectiveOperationException {
      Class<?> type = Members.field(snowflake.getClass(), "workerId").getDeclaringClass();
      Class<?> of = constants.get(type.getClassLoader());
      if (of == null
          || !Members.get(snowflake, "workerId").equals(Members.field(of, WORKER).get(null))
          || !Members.get(snowflake, "dataCenterId").equals(Members.field(of, CENTRE).get(null))) {
        return false;
      }
      workers.get(type.getClassLoader()).add(snowflake, type, "workerId", "dataCenterId");
      return true;
    }

    @Override
    public void renew(Entropy entropy) throws IOException, IllegalAccessException {
      for (Workers each : workers.values()) {
        each.renew(entropy);
      }
    }

    @Override
    public void rehearse() throws IllegalAccessException {
      for (Workers each : workers.values()) {
        each.rehearse();
      }
    }
  }
}
