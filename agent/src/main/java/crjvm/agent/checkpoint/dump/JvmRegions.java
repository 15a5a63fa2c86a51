package crjvm.agent.checkpoint.dump;

import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.DiagnosticCommand;
import crjvm.image.CheckpointContext.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the JVM where its metaspace and the tables of its garbage collector lie; heap and code cache
 * are the compiler's to find.
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

  /** Returns what jcmd prints, and nothing for a JVM that does not tell. */
  private static String ask(String words) {
    try {
      return DiagnosticCommand.find().run(words);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Console.trace(e);
      return "";
    }
  }
}
