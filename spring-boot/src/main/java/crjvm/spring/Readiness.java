package crjvm.spring;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The readiness of an application that gets the settings of another start: it refuses traffic until
 * it has them. Readiness probes and the health group of the same name follow.
 */
final class Readiness {
  private final ConfigurableApplicationContext context;
  private final boolean wasReady;

  private Readiness(ConfigurableApplicationContext context, boolean wasReady) {
    this.context = context;
    this.wasReady = wasReady;
  }

  /** Makes the application refuse traffic, if it accepts traffic now. */
  static Readiness suspend(ConfigurableApplicationContext context) {
    boolean isReady =
        context.getBeanProvider(ApplicationAvailability.class).stream()
            .anyMatch(each -> each.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC);
    if (isReady) {
      AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    }
    return new Readiness(context, isReady);
  }

  /** Makes the application accept traffic again, if it accepted traffic before. */
  void resume() {
    if (wasReady && context.isActive()) {
      AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    }
  }
}
