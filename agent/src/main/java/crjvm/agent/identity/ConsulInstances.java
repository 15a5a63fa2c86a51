package crjvm.agent.identity;

import crjvm.agent.library.Members;
import java.util.List;

/** Who an application of Spring Cloud's is at Consul, where copies would be one instance. */
final class ConsulInstances implements Holder {
  @Override
  public List<String> objects() {
    return List.of("org.springframework.cloud.consul.serviceregistry.ConsulRegistration");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object service = Members.get(owner, "service");
    found.share("the instance \"" + Members.get(service, "id") + "\" at Consul");
  }
}
