package crjvm.frameworks.identities.spring;

import crjvm.frameworks.identities.Source;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Meters in a composite of two registries, and in a registry of their own. All have common tags
 * that name the process. Each has existed since the start.
 */
final class Meters {
  private final SimpleMeterRegistry simple = new SimpleMeterRegistry();
  private final PrometheusMeterRegistry part = prometheus();
  private final PrometheusMeterRegistry alone = prometheus();
  private final CompositeMeterRegistry composite = new CompositeMeterRegistry();
  private final AtomicLong asked = new AtomicLong();
  private final Counter held;
  private final Timer timer;
  private final Meter temporary;

  Meters() throws IOException {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    String[] tags = {
      "region", "south",
      "host", host,
      "instance", UUID.randomUUID().toString(),
      "pid", Long.toString(ProcessHandle.current().pid()),
      "process", ManagementFactory.getRuntimeMXBean().getName()
    };
    composite.config().commonTags(tags);
    alone.config().commonTags(tags);
    composite.add(simple).add(part);
    held = composite.counter("held");
    timer = Timer.builder("timer").publishPercentileHistogram().register(alone);
    temporary = composite.counter("temporary");
    Gauge.builder("gauge", asked, AtomicLong::get).register(composite);
    TimeGauge.builder("time.gauge", asked, TimeUnit.SECONDS, AtomicLong::get).register(alone);
    LongTaskTimer.builder("task").register(alone).start();
  }

  private static PrometheusMeterRegistry prometheus() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  void addTo(Map<String, Source> sources) {
    sources.put("meters", () -> counted() + " " + scrapes());
    sources.put("meters-simple", () -> tags(simple, "held"));
    sources.put("meters-removed", this::remove);
  }

  /** Counts in meters that it has, and in meters that it finds in the registries. */
  private long counted() {
    held.increment();
    composite.counter("found").increment();
    alone.counter("found", "kind", "alone").increment();
    timer.record(Duration.ofMillis(1));
    return asked.incrementAndGet();
  }

  /** Returns the time series of both registries for Prometheus in one line. */
  private String scrapes() {
    return (part.scrape() + alone.scrape()).replaceAll("(?m)^#.*\n", "").replace('\n', ';');
  }

  private static String tags(MeterRegistry registry, String name) {
    return registry.find(name).counters().size() + " " + registry.get(name).counter().getId();
  }

  /** Removes a meter, and returns what the registries have of it after that. */
  private String remove() {
    Meter removed = composite.remove(temporary);
    boolean isThere =
        part.scrape().contains("temporary") || simple.find("temporary").meter() != null;
    return (removed == temporary) + " " + isThere;
  }
}
