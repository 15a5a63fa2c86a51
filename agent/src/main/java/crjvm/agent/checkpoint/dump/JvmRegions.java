package crjvm.agent.checkpoint.dump;

import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.DiagnosticCommand;
import crjvm.image.CheckpointContext.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * The regions of the JVM's metaspace and of its garbage collector's tables, as the JVM reports
 * them. The compiler finds the heap and the code cache itself.
 */
final class JvmRegions {
  private JvmRegions() {}

  static List<Region> find() {
    List<Region> regions = new ArrayList<>();
    List<Region> metaspace = MetaspaceListing.parse(ask("VM.metaspace vslist"));
    if (metaspace.isEmpty()) {
      JdkLack.loseBecause(
          "restored processes copy its metaspace, and start later",
          "jcmd VM.metaspace does not list it");
    }
    regions.addAll(metaspace);
    regions.addAll(CollectorListing.parse(ask("VM.info")));
    return regions;
  }

  /** Returns jcmd's output, or empty text if the JVM lacks the command. */
  private static String ask(String words) {
    try {
      return DiagnosticCommand.find().run(words);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Console.trace(e);
      return "";
    }
  }
}
