package crjvm.frameworks.identities.spring;

import crjvm.frameworks.identities.Source;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.env.RandomValuePropertySource;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistrationProperties;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.consul.ConsulClient;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryProperties;
import org.springframework.cloud.consul.discovery.HeartbeatProperties;
import org.springframework.cloud.consul.discovery.ReregistrationPredicate;
import org.springframework.cloud.consul.discovery.TtlScheduler;
import org.springframework.cloud.consul.model.http.agent.NewService;
import org.springframework.cloud.consul.serviceregistry.ApplicationStatusProvider;
import org.springframework.cloud.consul.serviceregistry.ConsulAutoRegistration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Registrations at Consul as Spring Cloud makes them, with a random number or the machine's name in
 * the id. Heartbeats of one of them register it again if Consul does not know it.
 */
final class AtConsul {
  private final BlockingQueue<Object> heartbeats = new SynchronousQueue<>();
  private final Set<Object> known = ConcurrentHashMap.newKeySet();
  private final ConsulAutoRegistration random;
  private final ConsulAutoRegistration onHost;

  AtConsul(int port) throws Exception {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    Object value = new RandomValuePropertySource().getProperty("random.value");
    HeartbeatProperties heartbeat = new HeartbeatProperties();
    random = registration("clinic:" + value, host, port, heartbeat);
    onHost = registration("clinic:" + host + ":" + port, host, port, heartbeat);
    heartbeat.setEnabled(true);
    heartbeat.setReregisterServiceOnFailure(true);
    heartbeat.setTtl(Duration.ofSeconds(2));
    ConsulDiscoveryProperties properties = properties("beating", host, port);
    TtlScheduler scheduler =
        new TtlScheduler(
            heartbeat,
            properties,
            client(),
            ReregistrationPredicate.DEFAULT,
            new StaticListableBeanFactory().getBeanProvider(ApplicationStatusProvider.class));
    scheduler.add(random.getService());
  }

  private static ConsulDiscoveryProperties properties(String id, String host, int port) {
    ConsulDiscoveryProperties properties =
        new ConsulDiscoveryProperties(new InetUtils(new InetUtilsProperties()));
    properties.setInstanceId(id);
    properties.setServiceName("clinic");
    properties.setHostname(host);
    properties.setPort(port);
    return properties;
  }

  private static ConsulAutoRegistration registration(
      String id, String host, int port, HeartbeatProperties heartbeat) {
    AutoServiceRegistrationProperties settings = new AutoServiceRegistrationProperties();
    settings.setRegisterManagement(false);
    return ConsulAutoRegistration.registration(
        settings,
        properties(id, host, port),
        new GenericApplicationContext(),
        List.of(),
        List.of(),
        heartbeat);
  }

  /** Returns a client that answers as Consul does, and hands on the checks that have passed. */
  private ConsulClient client() {
    return (ConsulClient)
        Proxy.newProxyInstance(
            ConsulClient.class.getClassLoader(),
            new Class<?>[] {ConsulClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("agentServiceRegister")) {
                known.add("service:" + ((NewService) arguments[1]).getId());
              } else if (method.getName().equals("agentCheckPass")) {
                if (!known.contains(arguments[0])) {
                  throw new HttpClientErrorException(HttpStatus.NOT_FOUND, "Unknown check");
                }
                heartbeats.offer(arguments[0]);
              }
              return ResponseEntity.ok().build();
            });
  }

  void addTo(Map<String, Source> sources) {
    sources.put("consul-random", () -> random.getInstanceId());
    sources.put("consul-heartbeat", () -> heartbeats.take().toString());
    sources.put("consul-host", () -> onHost.getInstanceId());
    sources.put("consul-address", () -> described(onHost.getService()));
  }

  private static String described(NewService service) {
    return service.getAddress() + " " + service.getPort() + " " + service.getCheck().getHttp();
  }
}
