package crjvm.frameworks.identities;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/** Numbers of a counter, all over one connection. */
final class LettuceSource {
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  LettuceSource(String url) {
    client = RedisClient.create(url);
    connection = client.connect();
  }

  String next() {
    return connection.sync().incr("copies").toString();
  }
}
