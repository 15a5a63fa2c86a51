package crjvm.servers.derby;

import crjvm.servers.JdbcStore;
import crjvm.servers.StoreClient;

/** Rows of Derby, which syncs its log at each commit. */
public final class DerbyClient {
  private DerbyClient() {}

  public static void main(String[] args) {
    StoreClient.run(
        port ->
            new JdbcStore(
                "jdbc:derby://localhost:" + port + "/rows;create=true;user=app;password=app"),
        args);
  }
}
