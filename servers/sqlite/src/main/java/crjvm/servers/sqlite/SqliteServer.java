package crjvm.servers.sqlite;

import crjvm.servers.JdbcStore;
import crjvm.servers.Store;
import crjvm.servers.StoreServer;
import java.sql.SQLException;
import java.util.List;

/** Rows of SQLite with a write-ahead log that is synced at each commit, over one connection. */
public final class SqliteServer implements Store {
  private final JdbcStore rows;

  private SqliteServer() throws SQLException {
    rows =
        new JdbcStore(
            "jdbc:sqlite:rows.db",
            "pragma busy_timeout = 60000",
            "pragma journal_mode = wal",
            "pragma synchronous = full");
  }

  @Override
  public synchronized void add(int number) throws SQLException {
    rows.add(number);
  }

  @Override
  public synchronized List<Integer> numbers() throws SQLException {
    return rows.numbers();
  }

  @Override
  public synchronized void close() throws SQLException {
    rows.close();
  }

  public static void main(String[] args) throws Exception {
    StoreServer.run(port -> new SqliteServer(), args);
  }
}
