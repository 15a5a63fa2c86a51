package crjvm.agent.connection;

import crjvm.agent.library.Members;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.JvmThreads;
import java.io.EOFException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * {@code java.net.http.HttpClient}. Clients are tracked; those that are older than the agent are
 * known to their threads, which are virtual ones, and out of sight, from JDK 26 on. Connections of
 * HTTP/1.1 are closed as after their keep-alive time, those of HTTP/2 as by a client that has said
 * that it will go.
 */
final class HttpClientPool implements ConnectionPool {
  /** To be tracked from its construction on. */
  static final String CLASS = "jdk.internal.net.http.HttpClientImpl";

  private static final String THREAD = "jdk.internal.net.http.HttpClientImpl$SelectorManager";
  private static final int INTERVAL_MS = 5;

  /** After every time limit, and yet the pool can count the milliseconds. */
  private static final Instant LATE = Instant.ofEpochSecond(1L << 50);

  private final Object client;

  private HttpClientPool(Object client) {
    this.client = client;
  }

  /**
   * Those of the whole JVM.
   *
   * @param tracked clients, among others
   */
  static List<HttpClientPool> all(Collection<Object> tracked) {
    Set<Object> clients = Collections.newSetFromMap(new IdentityHashMap<>());
    tracked.stream()
        .filter(object -> object.getClass().getName().equals(CLASS))
        .forEach(clients::add);
    try {
      for (Thread thread : JvmThreads.all()) {
        if (thread.getClass().getName().equals(THREAD)) {
          clients.add(Members.get(thread, "owner"));
        }
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("idle connections of java.net.http.HttpClient may stay open", e);
    }
    return clients.stream().map(HttpClientPool::new).toList();
  }

  @Override
  public String name() {
    return "java.net.http.HttpClient";
  }

  @Override
  public void closeIdle() throws Exception {
    purge(Members.get(client, "connections"));
    Map<?, ?> connections = (Map<?, ?>) Members.get(Members.get(client, "client2"), "connections");
    for (Map.Entry<?, ?> entry : connections.entrySet()) {
      if (isLeftAlone(entry.getValue())) {
        leave(entry.getValue());
      }
      connections.remove(entry.getKey(), entry.getValue());
    }
    awaitClosing((Selector) Members.get(Members.get(client, "selmgr"), "selector"));
  }

  /** HTTP/1.1: for the pool it is later than any time limit. */
  private static void purge(Object pool) throws Exception {
    for (Method method : pool.getClass().getDeclaredMethods()) {
      if (method.getName().equals("purgeExpiredConnectionsAndReturnNextDeadline")
          && method.getParameterCount() == 1) {
        method.setAccessible(true);
        Members.call(pool, method, late(method.getParameterTypes()[0]));
        return;
      }
    }
    throw new NoSuchMethodException("ConnectionPool.purgeExpiredConnectionsAndReturnNextDeadline");
  }

  /**
   * @param type Instant in JDK 17, then Deadline
   */
  private static Object late(Class<?> type) throws ReflectiveOperationException {
    if (type == Instant.class) {
      return LATE;
    }
    Constructor<?> constructor = type.getDeclaredConstructor(Instant.class);
    constructor.setAccessible(true);
    return constructor.newInstance(LATE);
  }

  /** HTTP/2: takes no more requests; tells whether there is none under way. */
  private static boolean isLeftAlone(Object connection) throws Exception {
    Lock lock =
        Members.hasField(connection, "stateLock")
            ? (Lock) Members.get(connection, "stateLock")
            : null;
    if (lock == null) { // JDK 17
      synchronized (connection) {
        return isIdle(connection);
      }
    }
    lock.lock();
    try {
      return isIdle(connection);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isIdle(Object connection) throws Exception {
    Members.call(connection, "setFinalStream");
    return ((Map<?, ?>) Members.get(connection, "streams")).isEmpty()
        && Members.getInt(connection, "numReservedClientStreams") == 0
        && Members.getInt(connection, "numReservedServerStreams") == 0;
  }

  private static void leave(Object connection) throws Exception {
    Members.call(connection, "close"); // says goodbye (GOAWAY)
    Method shutdown = Members.method(connection.getClass(), "shutdown", Throwable.class);
    Members.call(connection, shutdown, new EOFException("closed for a checkpoint"));
  }

  /** Only the client's own thread takes closed channels out of its selector. */
  private static void awaitClosing(Selector selector) throws InterruptedException {
    selector.wakeup();
    while (hasClosed(selector)) {
      Thread.sleep(INTERVAL_MS);
    }
  }

  private static boolean hasClosed(Selector selector) {
    if (!selector.isOpen()) {
      return false;
    }
    try {
      for (SelectionKey key : selector.keys()) {
        if (!key.channel().isOpen()) {
          return true;
        }
      }
      return false;
    } catch (ConcurrentModificationException e) {
      return true;
    }
  }
}
