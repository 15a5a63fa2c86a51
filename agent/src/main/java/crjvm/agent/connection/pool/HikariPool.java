package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;

/**
 * HikariCP. If its minimum of idle connections is 0, it opens none on its own. The pool is not
 * suspended, because suspension would wait for every thread that waits for a connection, and it
 * needs {@code allowPoolSuspension}.
 */
final class HikariPool implements ConnectionPool {
  static final String CLASS = "com.zaxxer.hikari.pool.HikariPool";

  private final Object pool;
  private int minimumIdle;

  HikariPool(Object pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return CLASS;
  }

  @Override
  public void closeIdle() throws Exception {
    Object config = Members.get(pool, "config");
    minimumIdle = (Integer) Members.call(config, "getMinimumIdle");
    setMinimumIdle(config, 0);
    // A connection that is just being opened would otherwise appear too late to be closed.
    Executors.awaitTasks((ExecutorService) Members.get(pool, "addConnectionExecutor"));
    // The pool marks connections in use and closes them when they are returned, also in a restored
    // process.
    Members.call(pool, "softEvictConnections");
    Executors.awaitTasks((ExecutorService) Members.get(pool, "closeConnectionExecutor"));
  }

  @Override
  public void goOn() throws Exception {
    Object config = Members.get(pool, "config");
    if ((Integer) Members.call(config, "getMinimumIdle") == 0) { // Otherwise it was set meanwhile.
      setMinimumIdle(config, minimumIdle);
    }
  }

  private static void setMinimumIdle(Object config, int count) throws Exception {
    Method method = Members.method(config.getClass(), "setMinimumIdle", int.class);
    Members.call(config, method, count);
  }
}
