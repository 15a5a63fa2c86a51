package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.image.CheckpointContext.Region;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/** Asks the JVM where its metaspace lies; heap and code cache are the compiler's to find. */
final class JvmRegions {
  private JvmRegions() {}

  static List<Region> find() {
    try {
      Object listing =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmMetaspace",
                  new Object[] {new String[] {"vslist"}},
                  new String[] {String[].class.getName()});
      return MetaspaceListing.parse((String) listing);
    } catch (JMException | RuntimeException e) {
      Console.trace(e); // a JVM without the command: the memory is copied
      return List.of();
    }
  }
}
