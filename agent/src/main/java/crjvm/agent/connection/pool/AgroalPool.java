package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;

/** Agroal, the pool of Quarkus. It closes connections in use when they are returned. */
final class AgroalPool implements ConnectionPool {
  static final String CLASS = "io.agroal.pool.DataSource";

  private final Object source;
  private Integer minSize; // null: unknown

  AgroalPool(Object source) {
    this.source = source;
  }

  @Override
  public String name() {
    return CLASS;
  }

  @Override
  public void closeIdle() throws Exception {
    Object pool = Members.get(source, "connectionPool");
    minSize = (Integer) Members.call(configuration(), "minSize");
    if (!Members.hasField(pool, "housekeepingExecutor")) {
      return; // The pool keeps no connections.
    }
    setMinSize(0);
    flush(pool);
    ExecutorService executor = (ExecutorService) Members.get(pool, "housekeepingExecutor");
    Executors.awaitTasks(executor); // waits for the flush, which adds a task for each connection
    Executors.awaitTasks(executor);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // this class is compiled without the enum
  private static void flush(Object pool) throws Exception {
    for (Method method : pool.getClass().getDeclaredMethods()) {
      if (method.getName().equals("flushPool") && method.getParameterCount() == 1) {
        method.setAccessible(true);
        Class mode = method.getParameterTypes()[0];
        Members.call(pool, method, Enum.valueOf(mode, "GRACEFUL"));
        return;
      }
    }
    throw new NoSuchMethodException(pool.getClass().getName() + ".flushPool");
  }

  @Override
  public void goOn() throws Exception {
    if (minSize != null) {
      setMinSize(minSize);
    }
  }

  private Object configuration() throws Exception {
    return Members.call(Members.call(source, "getConfiguration"), "connectionPoolConfiguration");
  }

  private void setMinSize(int count) throws Exception {
    Object configuration = configuration();
    Members.call(
        configuration, Members.method(configuration.getClass(), "setMinSize", int.class), count);
  }
}
