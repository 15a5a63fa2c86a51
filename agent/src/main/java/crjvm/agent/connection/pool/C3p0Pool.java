package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.JvmThreads;
import java.lang.reflect.Method;

/** c3p0. The pool is discarded, and made again when a connection is needed. */
final class C3p0Pool implements ConnectionPool {
  static final String CLASS = "com.mchange.v2.c3p0.impl.AbstractPoolBackedDataSource";

  /** The name of the thread that closes the connections of a discarded pool. */
  private static final String CLOSER = "Resource Destroyer in BasicResourcePool.close()";

  private final Object source;

  C3p0Pool(Object source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.getClass().getName();
  }

  @Override
  public void closeIdle() throws Exception {
    Method reset = Members.method(source.getClass(), "resetPoolManager", boolean.class);
    Members.call(source, reset, false); // Connections in use stay open.
    for (Thread thread : JvmThreads.all()) {
      if (thread.getName().equals(CLOSER)) {
        thread.join();
      }
    }
  }
}
