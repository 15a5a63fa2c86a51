package crjvm.agent;

import crjvm.agent.identity.Identities;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.DiagnosticCommand;
import crjvm.agent.os.jdk.JdkModules;
import crjvm.agent.randomness.Randomness;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The facts that an agent lacks if it was not loaded at the start of the JVM: the generators that
 * have made their own seeds, and the resources that are registered with org.crac.
 */
final class Latecomer {
  /** The columns of a line of jcmd's GC.class_histogram: number, instances, bytes, class. */
  private static final int INSTANCES = 1;

  private static final int CLASS = 3;

  /** Classes to report besides subclasses of Random and of the JDK's RandomGenerator. */
  private static final Set<String> OTHERS =
      Set.of(
          "sun.security.provider.SecureRandom",
          "sun.security.provider.DRBG",
          "sun.security.ssl.SSLSessionContextImpl");

  /**
   * Classes that are not reported. The state of the first is in threads, and the state of the
   * second is in the kernel.
   */
  private static final Set<String> KNOWN =
      Set.of("java.util.concurrent.ThreadLocalRandom", "java.security.SecureRandom");

  private static final String REMEDY = "put -javaagent on the command line";

  private final List<String> lines = new ArrayList<>();

  private Latecomer() {}

  /** Looks at the process, before the agent tracks anything. */
  static Latecomer look(Instrumentation instrumentation) {
    Latecomer latecomer = new Latecomer();
    latecomer.note(
        new Failure(
            "the agent came when the JVM was running",
            "it does not know who has opened the connections that exist",
            REMEDY));
    latecomer.note(
        new Failure(
            "restored processes may go by files that have changed",
            "the agent does not know which files were read or written and closed before it came",
            REMEDY));
    try {
      latecomer.findGenerators(instrumentation);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Console.trace(e);
      latecomer.note(
          new Failure(
              "restored processes may repeat each other's random numbers",
              "the generators that are there can't be counted (" + e.getMessage() + ")",
              REMEDY));
    }
    latecomer.findResources(instrumentation);
    return latecomer;
  }

  private void findGenerators(Instrumentation instrumentation) throws ReflectiveOperationException {
    Map<String, String> counts = new TreeMap<>();
    JdkModules.open(instrumentation);
    for (String line : DiagnosticCommand.find().run("GC.class_histogram").split("\n")) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > CLASS) {
        counts.put(columns[CLASS], columns[INSTANCES]);
      }
    }
    noteHolders(counts, instrumentation);
    List<String> found = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      String count = counts.get(type.getName());
      if (count != null && isGenerator(type)) {
        counts.remove(type.getName()); // several class loaders may have it
        found.add(count + " " + type.getName());
      }
    }
    if (!found.isEmpty()) {
      found.sort(null);
      note(
          new Failure(
              "restored processes may repeat each other's random numbers",
              "generators and TLS contexts that were made before the agent came get no new seeds ("
                  + String.join(", ", found)
                  + ")",
              REMEDY));
    }
  }

  private void noteHolders(Map<String, String> counts, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    List<String> found = new ArrayList<>();
    for (String name : Identities.classNames(instrumentation)) {
      if (counts.containsKey(name)) {
        found.add(counts.get(name) + " " + name);
      }
    }
    if (!found.isEmpty()) {
      note(
          new Failure(
              "restored processes may be taken for each other",
              "what was made before the agent came stays as it is ("
                  + String.join(", ", found)
                  + ")",
              REMEDY));
    }
  }

  private static boolean isGenerator(Class<?> type) {
    return OTHERS.contains(type.getName())
        || Randomness.isOthers(type)
        || java.util.random.RandomGenerator.class.isAssignableFrom(type)
            && !KNOWN.contains(type.getName())
            && !java.security.SecureRandom.class.isAssignableFrom(type);
  }

  private void findResources(Instrumentation instrumentation) {
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getName().equals("org.crac.Core")) {
        note(
            new Failure(
                "resources of org.crac may not be told of checkpoints",
                "org.crac is older than the agent in this JVM",
                REMEDY));
        return;
      }
    }
  }

  private void note(Failure loss) {
    lines.add(loss.getMessage());
  }

  void report() {
    lines.forEach(Console::say);
  }

  /** Returns the lines for a listing. */
  List<String> lines() {
    return List.copyOf(lines);
  }
}
