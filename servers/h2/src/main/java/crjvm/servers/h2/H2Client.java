package crjvm.servers.h2;

import crjvm.servers.JdbcStore;
import crjvm.servers.StoreClient;

/** Rows of H2, which writes each commit at once and keeps the database open between clients. */
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
