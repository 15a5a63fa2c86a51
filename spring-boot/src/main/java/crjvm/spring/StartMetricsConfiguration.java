package crjvm.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Binds {@link StartMetrics} if the application has Micrometer. */
@AutoConfiguration
@ConditionalOnClass(MeterBinder.class)
public class StartMetricsConfiguration {
  @Bean
  StartMetrics crjvmStartMetrics() {
    return new StartMetrics();
  }
}
