package crjvm.spring;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Adds {@link StartEndpoint} if the application has Spring Boot's Actuator. */
@AutoConfiguration
@ConditionalOnClass(Endpoint.class)
public class StartEndpointConfiguration {
  @Bean
  StartEndpoint crjvmStartEndpoint() {
    return new StartEndpoint();
  }
}
