package crjvm.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a table. No column is unique, so that a row that is there twice can be seen. Reading
 * compares the index and the table, which have to agree.
 */
public final class JdbcStore implements Store {
  private final Connection connection;

  /**
   * Connects to a database.
   *
   * @param settings statements for the session, or for the database
   */
  public JdbcStore(String url, String... settings) throws SQLException {
    connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      for (String setting : settings) {
        statement.execute(setting);
      }
      if (!hasTable()) {
        statement.execute("create table entry (number int not null, text varchar(200) not null)");
        statement.execute("create index entry_number on entry (number)");
      }
    }
  }

  private boolean hasTable() throws SQLException {
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "ENTRY", null)) {
      return tables.next();
    }
  }

  @Override
  public void add(int number) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into entry (number, text) values (?, ?)")) {
      insert.setInt(1, number);
      insert.setString(2, Payload.of(number));
      insert.executeUpdate();
    }
  }

  @Override
  public List<Integer> numbers() throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select number, text from entry")) {
      while (rows.next()) {
        numbers.add(Payload.check(rows.getInt(1), rows.getString(2)));
      }
    }
    for (int number : numbers) {
      checkIndex(number);
    }
    return numbers;
  }

  private void checkIndex(int number) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select text from entry where number = ?")) {
      query.setInt(1, number);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("the index lacks " + number);
        }
        Payload.check(number, rows.getString(1));
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
