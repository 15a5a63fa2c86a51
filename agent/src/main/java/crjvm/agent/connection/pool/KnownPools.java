package crjvm.agent.connection.pool;

import crjvm.agent.library.Modules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The pools of known libraries, by the names of their classes. */
public final class KnownPools {
  private static final Map<String, Function<Object, ConnectionPool>> KINDS =
      Map.of(
          HikariPool.CLASS, HikariPool::new,
          TomcatPool.CLASS, TomcatPool::new,
          DbcpPool.CLASS, DbcpPool::new,
          DbcpPool.CLASS_OF_TOMCAT, DbcpPool::new,
          AgroalPool.CLASS, AgroalPool::new,
          C3p0Pool.CLASS, C3p0Pool::new,
          JedisPool.CLASS, JedisPool::new,
          R2dbcPool.CLASS, R2dbcPool::new);

  private KnownPools() {}

  public static Set<String> classNames() {
    return KINDS.keySet();
  }

  /**
   * Returns the pools among these objects.
   *
   * @param objects tracked objects, including pools, whose classes may extend the known ones
   * @param modules opens the modules of the pools
   */
  public static List<ConnectionPool> among(Collection<Object> objects, Modules modules) {
    Set<Object> different = Collections.newSetFromMap(new IdentityHashMap<>());
    different.addAll(objects);
    List<ConnectionPool> pools = new ArrayList<>();
    for (Object object : different) {
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        Function<Object, ConnectionPool> kind = KINDS.get(type.getName());
        if (kind != null) {
          modules.open(type.getModule());
          pools.add(kind.apply(object));
          break;
        }
      }
    }
    return pools;
  }
}
