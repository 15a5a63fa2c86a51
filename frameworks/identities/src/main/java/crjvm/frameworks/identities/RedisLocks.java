package crjvm.frameworks.identities;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** Locks in Redis, by Redisson and by Spring Integration. */
final class RedisLocks {
  private static final int CONNECTIONS = 2;
  private static final int TRIES = 5;

  private final RLock kept;
  private final RedissonClient client;
  private final Lock spring;

  RedisLocks(String url) {
    Config config = new Config();
    config
        .useSingleServer()
        .setAddress(url)
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(CONNECTIONS)
        .setSubscriptionConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionPoolSize(CONNECTIONS);
    client = Redisson.create(config);
    kept = client.getLock("one");
    URI place = URI.create(url);
    LettuceConnectionFactory connections =
        new LettuceConnectionFactory(place.getHost(), place.getPort());
    connections.afterPropertiesSet();
    connections.start();
    spring = new RedisLockRegistry(connections, "copies").obtain("one");
  }

  /** Takes and gives back the lock of Redisson. */
  String free() {
    kept.lock();
    kept.unlock();
    return "free";
  }

  /** Takes the lock of Redisson, keeps it, and returns whether both objects of it say so. */
  String lock() throws Exception {
    for (int left = TRIES; ; left--) {
      try {
        boolean isLocked = kept.tryLock(1, TimeUnit.SECONDS);
        return isLocked + " " + client.getLock("one").isHeldByCurrentThread();
      } catch (Exception e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  /** Takes and gives back the lock of Spring. */
  String springsFree() {
    spring.lock();
    spring.unlock();
    return "free";
  }

  /** Takes the lock of Spring and keeps it. */
  String springsLock() throws InterruptedException {
    return Boolean.toString(spring.tryLock(1, TimeUnit.SECONDS));
  }
}
