package crjvm.frameworks.jetty;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Prices by article, each cached in three ways; a price is how many have been asked for before. */
final class Prices {
  static final int MAXIMUM = 50;

  private final AtomicInteger loads = new AtomicInteger();

  /** For so long that the entry is there in the test. */
  private final LoadingCache<String, Integer> lasting =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(10)).build(this::load);

  /** For so short a time that the test can wait for its end. */
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

  /** By the cache's name. */
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
