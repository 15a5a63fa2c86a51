package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.HostName;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;

/**
 * The name that ShedLock stores as the owner of a lock. It is the machine's name, so copies on one
 * machine share it, as other processes do.
 */
public final class ShedLockHosts implements Holder {
  private static final String CLASS = "net.javacrumbs.shedlock.support.Utils";
  private static final String FIELD = "hostname";

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(CLASS, List.of(FIELD));
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Class<?> type = (Class<?>) owner;
    if (Modifier.isFinal(Members.field(type, FIELD).getModifiers())) { // loaded before the agent
      found.share("the machine's name in ShedLock's locks");
      return;
    }
    found.add(
        new FieldChange(null, new MutableField(Members.field(type, FIELD)), e -> HostName.now()));
  }
}
