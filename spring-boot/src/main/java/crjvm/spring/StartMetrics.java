package crjvm.spring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;

/**
 * Gauges that tell how this process was started, from the system properties that crjvm sets. They
 * need only Micrometer, and are also right in a process that was never restored.
 */
public final class StartMetrics implements MeterBinder {
  private static final String START = "crjvm.start";

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("crjvm.start.restored", () -> is("restored"))
        .description("1 in a process that was restored from an image, else 0")
        .register(registry);
    Gauge.builder("crjvm.start.fallback", () -> is("fallback"))
        .description("1 in a process that could not be restored and was started normally, else 0")
        .register(registry);
    TimeGauge.builder("crjvm.image.age", StartMetrics::ageMillis, TimeUnit.MILLISECONDS)
        .description("The time since the checkpoint of the image that this process came from")
        .register(registry);
  }

  private static int is(String start) {
    return start.equals(System.getProperty(START)) ? 1 : 0;
  }

  /** Returns the image's age, or NaN in a process that was not restored. */
  private static Number ageMillis() {
    Long age = Long.getLong("crjvm.image.age");
    Long restored = Long.getLong("crjvm.restore.time");
    if (age == null || restored == null) {
      return Double.NaN;
    }
    return TimeUnit.SECONDS.toMillis(age) + System.currentTimeMillis() - restored;
  }
}
