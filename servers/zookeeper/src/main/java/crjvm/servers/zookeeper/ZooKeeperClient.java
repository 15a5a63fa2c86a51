package crjvm.servers.zookeeper;

import crjvm.servers.Payload;
import crjvm.servers.Store;
import crjvm.servers.StoreClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/** Nodes of ZooKeeper, which syncs its log before it answers. */
public final class ZooKeeperClient implements Store {
  private static final int LIMIT_S = 60;

  /**
   * The time for which a server may be silent before the client connects again. A server that is
   * starting may forget a request.
   */
  private static final int SESSION_MS = 10_000;

  private static final String PARENT = "/entries";

  private final ZooKeeper zooKeeper;

  private ZooKeeperClient(int port) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    zooKeeper =
        new ZooKeeper(
            "localhost:" + port,
            SESSION_MS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(LIMIT_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no connection");
    }
    try {
      create(PARENT, "");
    } catch (KeeperException.NodeExistsException e) {
      // Another client has created it.
    }
  }

  private void create(String path, String text) throws KeeperException, InterruptedException {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    zooKeeper.create(path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }

  @Override
  public void add(int number) throws KeeperException, InterruptedException {
    create(PARENT + "/" + number, Payload.of(number));
  }

  @Override
  public List<Integer> numbers() throws KeeperException, InterruptedException {
    List<Integer> numbers = new ArrayList<>();
    for (String name : zooKeeper.getChildren(PARENT, false)) {
      byte[] data = zooKeeper.getData(PARENT + "/" + name, false, null);
      numbers.add(
          Payload.check(Integer.parseInt(name), new String(data, StandardCharsets.US_ASCII)));
    }
    return numbers;
  }

  @Override
  public void close() throws InterruptedException {
    zooKeeper.close();
  }

  public static void main(String[] args) {
    StoreClient.run(ZooKeeperClient::new, args);
  }
}
