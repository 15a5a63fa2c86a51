package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import java.lang.reflect.Method;

/**
 * Commons DBCP 2, and Tomcat's copy of it. If it has an evictor, the evictor fills the pool again.
 */
final class DbcpPool implements ConnectionPool {
  static final String CLASS = "org.apache.commons.dbcp2.BasicDataSource";
  static final String CLASS_OF_TOMCAT = "org.apache.tomcat.dbcp.dbcp2.BasicDataSource";

  private final Object source;
  private Object pool;

  DbcpPool(Object source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.getClass().getName();
  }

  @Override
  public void closeIdle() throws Exception {
    pool = Members.get(source, "connectionPool");
    if (pool != null) { // The pool is made with the first connection.
      setMinIdle(0);
      Members.call(pool, "clear");
    }
  }

  @Override
  public void goOn() throws Exception {
    if (pool != null) {
      setMinIdle((Integer) Members.call(source, "getMinIdle"));
    }
  }

  private void setMinIdle(int count) throws Exception {
    Method method = Members.method(pool.getClass(), "setMinIdle", int.class);
    Members.call(pool, method, count);
  }
}
