package crjvm.agent.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The step that sets the launcher's {@code -Dname=value} options. */
final class PropertiesStep implements RestoreStep {
  @Override
  public String name() {
    return "system properties";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) {
    List<String> names = new ArrayList<>();
    for (String property : message.properties()) {
      int equals = property.indexOf('=');
      String name = equals < 0 ? property : property.substring(0, equals);
      if (!name.isEmpty()) {
        names.add(name);
        System.setProperty(name, equals < 0 ? "" : property.substring(equals + 1));
      }
    }
    return names.isEmpty() ? NOTHING : () -> Names.count(names, "set");
  }
}
