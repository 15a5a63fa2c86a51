package crjvm.frameworks.identities.spring;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.MyDataCenterInstanceConfig;
import crjvm.frameworks.identities.Source;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.springframework.cloud.consul.model.http.agent.NewService;
import org.springframework.cloud.consul.serviceregistry.ConsulRegistration;

/** The objects with which an application registers itself at services and labels its metrics. */
record Registered(
    ApplicationInfoManager eureka, ConsulRegistration consul, MeterRegistry registry) {
  static Registered make() {
    InstanceInfo instance =
        InstanceInfo.Builder.newBuilder()
            .setAppName("clinic")
            .setInstanceId("host:clinic:8080")
            .build();
    NewService service = new NewService();
    service.setId("clinic-8080");
    MeterRegistry registry = new SimpleMeterRegistry();
    String name = "clinic-" + ProcessHandle.current().pid();
    registry.config().commonTags("region", "south", "instance", name);
    return new Registered(
        new ApplicationInfoManager(new MyDataCenterInstanceConfig(), instance),
        new ConsulRegistration(service, null),
        registry);
  }

  /** Adds the names under which others know this instance. */
  void addTo(Map<String, Source> sources) {
    sources.put("consul", consul::getInstanceId);
    sources.put("eureka", () -> eureka.getInfo().getId());
    sources.put("tags", this::instanceTag);
  }

  private String instanceTag() {
    String value = registry.counter("asked").getId().getTag("instance");
    return "instance=\"" + value + "\"";
  }
}
