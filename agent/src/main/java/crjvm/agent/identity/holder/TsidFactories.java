package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The time-sorted ids of tsid-creator and of hypersistence-tsid. The libraries' own factories have
 * a random node, if none is configured. Other factories do not show whether the number of the node
 * is random or was configured.
 */
public final class TsidFactories implements Holder {
  private static final String PACKAGE = "com.github.f4b6a3.tsid.";
  private static final String CLASS = PACKAGE + "TsidFactory";

  /** The classes that have the library's own factories. */
  private static final List<String> OWN =
      List.of("FactoryHolder", "Factory256Holder", "Factory1024Holder", "Factory4096Holder");

  private static final String OTHER = "io.hypersistence.tsid.TSID$Factory";

  /** The fields that have hypersistence's own factories. They are in the factories' class. */
  private static final List<String> OF_OTHER =
      List.of("INSTANCE", "INSTANCE_256", "INSTANCE_1024", "INSTANCE_4096");

  @Override
  public List<String> objects() {
    return List.of(CLASS, OTHER);
  }

  @Override
  public Map<String, List<String>> statics() {
    Map<String, List<String>> statics = new HashMap<>();
    OWN.forEach(name -> statics.put(PACKAGE + "TsidCreator$" + name, List.of()));
    statics.put(OTHER, List.of());
    return statics;
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (!(owner instanceof Class<?> type)) {
      if (found.isFirst(owner)) {
        String node = Members.getInt(owner, "node") + " of a " + owner.getClass().getName();
        found.share("the node " + node);
      }
      return;
    }
    boolean isOther = type.getName().equals(OTHER);
    if (isConfigured(isOther ? "tsid.node" : "tsidcreator.node")) {
      return;
    }
    for (String name : isOther ? OF_OTHER : OF_OTHER.subList(0, 1)) {
      Object factory = Members.field(type, name).get(null);
      if (found.isFirst(factory)) {
        MutableField node = new MutableField(Members.field(factory.getClass(), "node"));
        int mask = Members.getInt(factory, "nodeMask");
        found.add(new FieldChange(factory, node, entropy -> (int) entropy.nextLong() & mask));
      }
    }
  }

  /** Returns whether there is a node in the property or in the variable of the same name. */
  private static boolean isConfigured(String property) {
    return System.getProperty(property) != null
        || System.getenv(property.replace('.', '_').toUpperCase(Locale.ROOT)) != null;
  }
}
