package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/** The instance at Consul as which all copies of a Spring Cloud application would be registered. */
public final class ConsulInstances implements Holder {
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
