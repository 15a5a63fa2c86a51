package crjvm.frameworks.identities;

import java.net.URI;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;

/** Numbers of a counter. The pool does not test a connection before it is used. */
final class JedisSource {
  private final JedisPool pool;

  JedisSource(String url) {
    JedisPoolConfig options = new JedisPoolConfig();
    options.setTestWhileIdle(false);
    options.setMinIdle(1);
    pool = new JedisPool(options, URI.create(url));
  }

  String next() {
    try (Jedis jedis = pool.getResource()) {
      return Long.toString(jedis.incr("copies"));
    }
  }
}
