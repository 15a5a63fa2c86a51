package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;

/** Tomcat's JDBC pool. It closes connections in use when they are returned. */
final class TomcatPool implements ConnectionPool {
  static final String CLASS = "org.apache.tomcat.jdbc.pool.ConnectionPool";

  private final Object pool;

  TomcatPool(Object pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return CLASS;
  }

  @Override
  public void closeIdle() throws Exception {
    Members.call(pool, "purge");
  }
}
