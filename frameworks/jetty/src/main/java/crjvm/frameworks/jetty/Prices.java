package crjvm.frameworks.jetty;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prices by article, cached in several ways. A price is the number of prices that were loaded so
 * far.
 */
final class Prices {
  static final int MAXIMUM = 50;

  private final AtomicInteger loads = new AtomicInteger();

  /** A cache whose entries last longer than the test. */
  private final LoadingCache<String, Integer> lasting =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(10)).build(this::load);

  /** A cache whose entries expire so soon that the test can wait for it. */
  private final LoadingCache<String, Integer> passing =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofMillis(500))
          .scheduler(Scheduler.systemScheduler())
          .build(this::load);

  private final LoadingCache<String, Integer> refreshed =
      Caffeine.newBuilder().refreshAfterWrite(Duration.ofMillis(500)).build(this::load);

  private final LoadingCache<String, Integer> few =
      Caffeine.newBuilder().maximumSize(MAXIMUM).build(this::load);

  private Integer load(String article) {
    return loads.incrementAndGet();
  }

  /** Returns a cache by its name. */
  LoadingCache<String, Integer> cache(String name) {
    return switch (name) {
      case "lasting" -> lasting;
      case "passing" -> passing;
      case "refreshed" -> refreshed;
      case "few" -> few;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
