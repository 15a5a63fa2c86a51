package crjvm.agent.connection;

import crjvm.agent.connection.pool.ConnectionPool;
import crjvm.agent.connection.pool.HttpClientPool;
import crjvm.agent.connection.pool.IdleConnections;
import crjvm.agent.connection.pool.KnownPools;
import crjvm.agent.connection.pool.UrlConnectionPool;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.resource.ConnectionHooks;
import crjvm.agent.library.Modules;
import crjvm.agent.message.JdkLack;
import java.lang.instrument.Instrumentation;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The owners of connections and the pools that keep connections, known since the start of the JVM.
 */
public final class Connections {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int LINES = 10;

  private final Owned owned = new Owned(Connections.class.getClassLoader());
  private final Modules modules;

  private Connections(Modules modules) {
    this.modules = modules;
  }

  /** Starts to track connections. The JDK's packages have to be open. */
  public static Connections track(PointTransformer hooks, Instrumentation instrumentation) {
    Connections connections = new Connections(new Modules(instrumentation));
    List<String> classes = new ArrayList<>(KnownPools.classNames());
    classes.add(HttpClientPool.CLASS);
    ConnectionHooks.addTo(
        hooks,
        classes,
        connections.owned,
        why -> JdkLack.loseBecause("lines about open connections do not say whose they are", why));
    return connections;
  }

  /**
   * Returns an object without the information that has to be collected from the start of the JVM.
   */
  public static Connections untracked(Instrumentation instrumentation) {
    return new Connections(new Modules(instrumentation));
  }

  /**
   * Closes the connections that pools keep for later. If the database is in this process, its pools
   * keep their connections, because a restored process would have to open them again before
   * anything else.
   */
  public IdleConnections closeIdle() throws InterruptedException {
    List<ConnectionPool> pools = new ArrayList<>();
    if (Opened.areAny()) {
      pools.addAll(KnownPools.among(owned, modules));
    }
    pools.addAll(HttpClientPool.all(owned));
    pools.addAll(UrlConnectionPool.all());
    return IdleConnections.close(pools, LIMIT);
  }

  /** Returns the TCP ports of this process that are known to belong to HTTP servers. */
  public Set<Integer> httpPorts() {
    Set<Integer> ports = new TreeSet<>();
    for (Owned.Thing thing : owned.things()) {
      boolean isHttp =
          thing.isHttp()
              || thing.object() instanceof ServerSocketChannel channel
                  && HttpServers.areBehindNetty(channel);
      if (isHttp) {
        SocketObjects.listeningPort(thing.object()).ifPresent(ports::add);
      }
    }
    return ports;
  }

  /** Reports the connections that are still open. */
  public void report() {
    new Established(owned.things()).report(LINES);
  }

  /** Reports all connections, including the idle ones of clients and pools. */
  public void list() {
    new Established(owned.things()).report(Integer.MAX_VALUE);
  }
}
