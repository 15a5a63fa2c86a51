package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * R2DBC's pool, which has no method that closes idle connections. They are therefore acquired and
 * invalidated. The pool opens another connection when it needs one.
 */
final class R2dbcPool implements ConnectionPool {
  static final String CLASS = "io.r2dbc.pool.ConnectionPool";

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Object pool;

  R2dbcPool(Object pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return pool.getClass().getName();
  }

  @Override
  public void closeIdle() throws Exception {
    Object resources = Members.get(pool, "connectionPool");
    int idle = (Integer) Members.call(Members.call(resources, "metrics"), "idleSize");
    List<Object> taken = new ArrayList<>();
    try {
      for (int i = 0; i < idle; i++) {
        taken.add(await(Members.call(resources, "acquire")));
      }
    } finally { // Otherwise the pool would count them as in use forever.
      for (Object connection : taken) {
        await(Members.call(connection, "invalidate"));
      }
    }
  }

  private static Object await(Object mono) throws Exception {
    return Members.call(mono, Members.method(mono.getClass(), "block", Duration.class), LIMIT);
  }
}
