package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/**
 * The instance of a Spring Cloud application at Consul. A random number or the machine's name in
 * its id, its address, its port and the URL of its health check become the copy's, in the
 * registration and in the heartbeats. Consul does not know the new id before the application
 * registers again.
 */
public final class ConsulInstances implements Holder {
  private static final String PACKAGE = "org.springframework.cloud.consul.";
  private static final String REGISTRATION = PACKAGE + "serviceregistry.ConsulRegistration";
  private static final String SCHEDULER = PACKAGE + "discovery.TtlScheduler";
  private static final String HEARTBEAT = SCHEDULER + "$ConsulHeartbeatTask";

  @Override
  public List<String> objects() {
    return List.of(REGISTRATION, SCHEDULER, HEARTBEAT);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    ConsulMove move = found.renewal(ConsulMove.class, ConsulMove::new);
    switch (owner.getClass().getName()) {
      case SCHEDULER -> move.addScheduler(owner);
      case HEARTBEAT -> move.addHeartbeat(owner);
      default -> {
        Object service = Members.get(owner, "service");
        if (!move.add(service, Members.get(owner, "properties"))) {
          found.share("the instance \"" + Members.get(service, "id") + "\" at Consul");
        }
      }
    }
  }
}
