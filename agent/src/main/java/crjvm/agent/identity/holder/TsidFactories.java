package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The time-sorted ids of tsid-creator. The library's own factories have a random node, if none is
 * configured. Other factories do not show whether the number of the node is random or was
 * configured.
 */
public final class TsidFactories implements Holder {
  private static final String PACKAGE = "com.github.f4b6a3.tsid.";
  private static final String CLASS = PACKAGE + "TsidFactory";

  /** The classes that have the library's own factories. */
  private static final List<String> OWN =
      List.of("FactoryHolder", "Factory256Holder", "Factory1024Holder", "Factory4096Holder");

  private static final String PROPERTY = "tsidcreator.node";
  private static final String VARIABLE = "TSIDCREATOR_NODE";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public Map<String, List<String>> statics() {
    Map<String, List<String>> statics = new HashMap<>();
    OWN.forEach(name -> statics.put(PACKAGE + "TsidCreator$" + name, List.of()));
    return statics;
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner instanceof Class<?> holder) {
      Object factory = Members.field(holder, "INSTANCE").get(null);
      if (System.getProperty(PROPERTY) == null
          && System.getenv(VARIABLE) == null
          && found.isFirst(factory)) {
        MutableField node = new MutableField(Members.field(factory.getClass(), "node"));
        int mask = Members.getInt(factory, "nodeMask");
        found.add(new FieldChange(factory, node, entropy -> (int) entropy.nextLong() & mask));
      }
    } else if (found.isFirst(owner)) {
      found.share("the node " + Members.getInt(owner, "node") + " of a " + CLASS);
    }
  }
}
