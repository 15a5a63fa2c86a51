package crjvm.frameworks.identities;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import reactor.core.publisher.Mono;

/** Numbers of a sequence. The pool does not test whether a connection works. */
final class R2dbcSource {
  private static final int CONNECTIONS = 2;

  private final ConnectionPool pool;

  R2dbcSource(String url) {
    pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(ConnectionFactories.get(url))
                .initialSize(CONNECTIONS)
                .maxSize(CONNECTIONS)
                .build());
    ask("CREATE SEQUENCE copies", Void.class);
  }

  private <T> T ask(String sql, Class<T> type) {
    return Mono.usingWhen(
            pool.create(),
            connection ->
                Mono.from(connection.createStatement(sql).execute())
                    .flatMap(result -> Mono.from(result.map((row, meta) -> row.get(0, type)))),
            connection -> connection.close())
        .block();
  }

  String next() {
    return ask("SELECT nextval('copies')", Long.class).toString();
  }
}
