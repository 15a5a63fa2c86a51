package crjvm.agent.connection;

/** Something that keeps connections open for later, of the application's or of the JDK's. */
interface ConnectionPool {
  /** For people. */
  String name();

  /**
   * Closes the connections that nobody uses, in the way that the pool itself does it, and keeps the
   * pool from opening others before they are needed. Those in use stay. Returns when they are
   * closed.
   */
  void closeIdle() throws Exception;

  /** Undoes what keeps the pool from opening connections; called once after {@link #closeIdle}. */
  default void goOn() throws Exception {}
}
