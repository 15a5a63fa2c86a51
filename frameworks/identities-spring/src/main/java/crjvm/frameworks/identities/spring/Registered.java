package crjvm.frameworks.identities.spring;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.MyDataCenterInstanceConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
}
