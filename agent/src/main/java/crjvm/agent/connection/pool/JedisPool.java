package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;

/** The pools of Jedis, which extend those of Commons Pool 2. Their evictor fills them again. */
final class JedisPool implements ConnectionPool {
  static final String CLASS = "redis.clients.jedis.util.Pool";

  private final Object pool;
  private int minIdle;

  JedisPool(Object pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return pool.getClass().getName();
  }

  @Override
  public void closeIdle() throws Exception {
    minIdle = (Integer) Members.call(pool, "getMinIdle");
    setMinIdle(0);
    Members.call(pool, "clear");
  }

  @Override
  public void goOn() throws Exception {
    setMinIdle(minIdle);
  }

  private void setMinIdle(int count) throws Exception {
    Members.call(pool, Members.method(pool.getClass(), "setMinIdle", int.class), count);
  }
}
