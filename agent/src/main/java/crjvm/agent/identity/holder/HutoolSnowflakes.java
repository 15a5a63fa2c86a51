package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/**
 * The time-sorted ids of Hutool's Snowflake. The library does not show whether the numbers of
 * worker and data centre come from this process or were configured.
 */
public final class HutoolSnowflakes implements Holder {
  private static final String CLASS = "cn.hutool.core.lang.Snowflake";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    String worker = Members.get(owner, "workerId") + " of " + Members.get(owner, "dataCenterId");
    found.share("the worker " + worker + " of a " + CLASS);
  }
}
