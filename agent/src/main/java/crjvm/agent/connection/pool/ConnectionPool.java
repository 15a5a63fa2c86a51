package crjvm.agent.connection.pool;

/** An object of the application or the JDK that keeps connections open for later use. */
public interface ConnectionPool {
  /** Returns the name for messages. */
  String name();

  /**
   * Closes unused connections in the pool's own way, and keeps the pool from opening others before
   * they are needed. Connections in use stay open. The method returns when the unused connections
   * are closed.
   */
  void closeIdle() throws Exception;

  /** Allows the pool to open connections again. It is called once after {@link #closeIdle}. */
  default void goOn() throws Exception {}
}
