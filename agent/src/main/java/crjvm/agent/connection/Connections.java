package crjvm.agent.connection;

import crjvm.agent.hook.ConnectionHooks;
import crjvm.agent.library.Modules;
import crjvm.agent.message.JdkLack;
import java.lang.instrument.Instrumentation;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** From the start of the JVM on: whose connections there are, and which pools keep some. */
public final class Connections {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int LINES = 10;

  private final Owned owned = new Owned(Connections.class.getClassLoader());
  private final Modules modules;

  private Connections(Modules modules) {
    this.modules = modules;
  }

  /** Needs the JDK's packages to be open. */
  public static Connections track(Instrumentation instrumentation) {
    Connections connections = new Connections(new Modules(instrumentation));
    List<String> classes = new ArrayList<>(KnownPools.classNames());
    classes.add(HttpClientPool.CLASS);
    ConnectionHooks.install(
        instrumentation,
        classes,
        connections.owned,
        why -> JdkLack.loseBecause("lines about open connections do not say whose they are", why));
    return connections;
  }

  /** Without anything that would have to be known from the start on. */
  public static Connections untracked(Instrumentation instrumentation) {
    return new Connections(new Modules(instrumentation));
  }

  /**
   * Closes what pools keep open for later. Pools of a database in this process keep what they have:
   * to open it again would be the first thing that a restored process has to do.
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

  /** The TCP ports of this process at which it is known that a server of HTTP answers. */
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

  /** Says which connections are still there. */
  public void report() {
    new Established(owned.things()).report(LINES);
  }

  /** Says which there are, the idle ones of clients and pools among them. */
  public void list() {
    new Established(owned.things()).report(Integer.MAX_VALUE);
  }
}
