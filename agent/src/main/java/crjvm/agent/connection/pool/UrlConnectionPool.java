package crjvm.agent.connection.pool;

import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.JvmThreads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Lock;

/**
 * {@code HttpURLConnection}. It has one cache of idle connections, which are closed in the same way
 * as by the cache's timer. The timer exists as long as there are idle connections.
 */
public final class UrlConnectionPool implements ConnectionPool {
  private static final String TIMER = "Keep-Alive-Timer";

  private UrlConnectionPool() {}

  public static List<UrlConnectionPool> all() {
    boolean isUsed = JvmThreads.all().stream().anyMatch(thread -> thread.getName().equals(TIMER));
    return isUsed ? List.of(new UrlConnectionPool()) : List.of();
  }

  @Override
  public String name() {
    return "java.net.HttpURLConnection";
  }

  @Override
  public void closeIdle() throws Exception {
    Class<?> type = Class.forName("sun.net.www.http.HttpClient", false, null);
    Map<?, ?> cache = (Map<?, ?>) Members.field(type, "kac").get(null);
    List<Object> entries = new ArrayList<>();
    Lock lock = (Lock) Members.get(cache, "cacheLock");
    lock.lock();
    try {
      for (Object queue : cache.values()) {
        take((Queue<?>) queue, entries);
      }
    } finally {
      lock.unlock();
    }
    for (Object entry : entries) {
      Members.call(Members.get(entry, "hc"), "closeServer");
    }
  }

  /** Removes all entries from the queue. The timer removes the empty queue. */
  private static void take(Queue<?> queue, Collection<Object> entries) throws Exception {
    Lock lock =
        Members.hasField(queue, "lock") ? (Lock) Members.get(queue, "lock") : null; // JDK 17
    if (lock != null) {
      lock.lock();
    }
    try {
      for (Object entry; (entry = queue.poll()) != null; ) {
        entries.add(entry);
      }
    } finally {
      if (lock != null) {
        lock.unlock();
      }
    }
  }
}
