package crjvm.servers.hsqldb;

import crjvm.servers.JdbcStore;
import crjvm.servers.StoreClient;

/** Rows of HSQLDB, which writes and syncs each commit at once. */
public final class HsqldbClient {
  private HsqldbClient() {}

  public static void main(String[] args) {
    StoreClient.run(
        port ->
            new JdbcStore(
                "jdbc:hsqldb:hsql://localhost:" + port + "/rows;user=SA",
                "set files write delay false"),
        args);
  }
}
