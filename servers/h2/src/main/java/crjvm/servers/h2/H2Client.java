package crjvm.servers.h2;

import crjvm.servers.JdbcStore;
import crjvm.servers.StoreClient;

/** Rows of H2: a commit is written at once, and the database stays open between clients. */
public final class H2Client {
  private H2Client() {}

  public static void main(String[] args) {
    StoreClient.run(
        port ->
            new JdbcStore(
                "jdbc:h2:tcp://localhost:"
                    + port
                    + "/./rows;USER=sa;WRITE_DELAY=0;DB_CLOSE_DELAY=-1"),
        args);
  }
}
