package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.image.CheckpointContext.Region;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Asks the JVM where its metaspace and the tables of its garbage collector lie; heap and code cache
 * are the compiler's to find.
 */
final class JvmRegions {
  private JvmRegions() {}

  static List<Region> find() {
    List<Region> regions = new ArrayList<>();
    List<Region> metaspace = MetaspaceListing.parse(ask("vmMetaspace", "vslist"));
    if (metaspace.isEmpty()) {
      JdkLack.loseBecause(
          "restored processes copy its metaspace, and start later",
          "jcmd VM.metaspace does not list it");
    }
    regions.addAll(metaspace);
    regions.addAll(CollectorListing.parse(ask("vmInfo")));
    return regions;
  }

  /** The answer of a diagnostic command. A JVM without it says nothing: that memory is copied. */
  private static String ask(String command, String... arguments) {
    boolean none = arguments.length == 0;
    try {
      Object answer =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  command,
                  none ? new Object[0] : new Object[] {arguments},
                  none ? new String[0] : new String[] {String[].class.getName()});
      return (String) answer;
    } catch (JMException | RuntimeException e) {
      Console.trace(e);
      return "";
    }
  }
}
