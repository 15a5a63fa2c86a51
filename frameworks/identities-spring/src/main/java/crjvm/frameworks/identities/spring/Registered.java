package crjvm.frameworks.identities.spring;

import com.netflix.appinfo.ApplicationInfoManager;
import crjvm.frameworks.identities.Source;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.cloud.commons.util.IdUtils;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.consul.model.http.agent.NewService;
import org.springframework.cloud.consul.serviceregistry.ConsulRegistration;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
import org.springframework.cloud.netflix.eureka.InstanceInfoFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The objects with which an application registers itself at services and labels its metrics. */
record Registered(
    ApplicationInfoManager eureka,
    ConsulRegistration consul,
    MeterRegistry registry,
    MeterRegistry composite) {
  private static final String APPLICATION = "clinic";

  /**
   * @param id the id at Eureka; empty: the default
   */
  static Registered make(String id, String port) throws IOException {
    NewService service = new NewService();
    service.setId("clinic-8080");
    MeterRegistry registry = new SimpleMeterRegistry();
    String name = "clinic-" + ProcessHandle.current().pid();
    registry.config().commonTags("region", "south", "instance", name);
    CompositeMeterRegistry composite = new CompositeMeterRegistry();
    composite.config().commonTags("host", host());
    composite.add(registry).add(new OtherRegistry());
    return new Registered(
        atEureka(id, port), new ConsulRegistration(service, null), registry, composite);
  }

  /** A registry of a class that crjvm does not know. */
  private static final class OtherRegistry extends SimpleMeterRegistry {}

  private static String host() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  private static ApplicationInfoManager atEureka(String id, String port) throws IOException {
    String host = host();
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "instance",
                Map.of(
                    "spring.cloud.client.hostname", host,
                    "spring.application.name", APPLICATION,
                    "server.port", port)));
    EurekaInstanceConfigBean config =
        new EurekaInstanceConfigBean(new InetUtils(new InetUtilsProperties()));
    config.setHostname(host);
    config.setAppname(APPLICATION);
    config.setNonSecurePort(Integer.parseInt(port));
    config.setInstanceId(id.isEmpty() ? IdUtils.getDefaultInstanceId(environment) : id);
    return new ApplicationInfoManager(config, new InstanceInfoFactory().create(config));
  }

  /** Adds the names under which others know this instance. */
  void addTo(Map<String, Source> sources) {
    sources.put("consul", consul::getInstanceId);
    sources.put("eureka", () -> eureka.getInfo().getId());
    sources.put("eureka-url", () -> eureka.getInfo().getHomePageUrl());
    sources.put("tags", this::instanceTag);
  }

  private String instanceTag() {
    String value = registry.counter("asked").getId().getTag("instance");
    return "instance=\"" + value + "\"";
  }
}
