package crjvm.frameworks.identities;

import java.io.IOException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** A lock in ZooKeeper, which the owner has as long as its session lasts. */
final class ZooKeeperLock {
  private static final String PATH = "/lock";

  /** How long the server keeps a session without a connection: longer than a checkpoint takes. */
  private static final int SESSION_MILLIS = 600_000;

  private static final int PAUSE_MILLIS = 50;

  private final String servers;
  private ZooKeeper client;

  ZooKeeperLock(String servers) throws IOException {
    this.servers = servers;
    client = connect();
  }

  private ZooKeeper connect() throws IOException {
    return new ZooKeeper(servers, SESSION_MILLIS, event -> {});
  }

  /** Tries to get the lock, and returns the id of the session, and whether it has the lock. */
  synchronized String next() throws Exception {
    while (true) {
      try {
        boolean hasLock = take();
        return Long.toHexString(client.getSessionId()) + " " + hasLock;
      } catch (SessionExpiredException e) {
        client = connect();
      } catch (ConnectionLossException e) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private boolean take() throws KeeperException, InterruptedException {
    Stat stat = new Stat();
    try {
      client.create(PATH, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL, stat);
      return true;
    } catch (NodeExistsException e) {
      Stat lock = client.exists(PATH, false);
      return lock != null && lock.getEphemeralOwner() == client.getSessionId();
    }
  }
}
