package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/** The instance at Eureka as which all copies at one address would be registered. */
public final class EurekaInstances implements Holder {
  @Override
  public List<String> objects() {
    return List.of("com.netflix.appinfo.ApplicationInfoManager");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object instance = Members.get(owner, "instanceInfo");
    if (instance != null) {
      found.share("the instance \"" + Members.get(instance, "instanceId") + "\" at Eureka");
    }
  }
}
