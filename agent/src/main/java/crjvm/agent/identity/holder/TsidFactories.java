package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/**
 * The time-sorted ids of tsid-creator. The library does not show whether the number of the node is
 * random or was configured.
 */
public final class TsidFactories implements Holder {
  private static final String CLASS = "com.github.f4b6a3.tsid.TsidFactory";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    found.share("the node " + Members.getInt(owner, "node") + " of a " + CLASS);
  }
}
