package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JvmThreads;
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
 * {@code java.net.http.HttpClient}. Clients are tracked. Clients that are older than the agent are
 * found through their threads, but from JDK 26 on these are virtual threads, which can't be listed.
 * HTTP/1.1 connections are closed as after their keep-alive time, HTTP/2 connections as by a client
 * that has announced their end.
 */
public final class HttpClientPool implements ConnectionPool {
  /** The class whose objects are tracked from their construction on. */
  public static final String CLASS = "jdk.internal.net.http.HttpClientImpl";

  private static final String THREAD = "jdk.internal.net.http.HttpClientImpl$SelectorManager";
  private static final int INTERVAL_MS = 5;

  /** A time after every time limit that the pool can still convert to milliseconds. */
  private static final Instant LATE = Instant.ofEpochSecond(1L << 50);

  private final Object client;

  private HttpClientPool(Object client) {
    this.client = client;
  }

  /**
   * Returns the clients of the whole JVM.
   *
   * @param tracked tracked objects, including clients
   */
  public static List<HttpClientPool> all(Collection<Object> tracked) {
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

  /** Closes idle HTTP/1.1 connections by telling the pool a time after every time limit. */
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
   * @param type Instant in JDK 17, Deadline in later JDKs
   */
  private static Object late(Class<?> type) throws ReflectiveOperationException {
    if (type == Instant.class) {
      return LATE;
    }
    Constructor<?> constructor = type.getDeclaredConstructor(Instant.class);
    constructor.setAccessible(true);
    return constructor.newInstance(LATE);
  }

  /** Makes an HTTP/2 connection refuse new requests, and returns whether it has no open ones. */
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
    Members.call(connection, "close"); // This sends GOAWAY.
    Method shutdown = Members.method(connection.getClass(), "shutdown", Throwable.class);
    Members.call(connection, shutdown, new EOFException("closed for a checkpoint"));
  }

  /**
   * Waits until the client's thread has removed closed channels from its selector, which only this
   * thread does.
   */
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
