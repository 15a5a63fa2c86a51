package crjvm.benchmark.startup;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of the command line. */
final class Settings {
  /** The parts of the benchmark. */
  enum Part {
    STARTS,
    COLD,
    TMPFS,
    COPIES,
    STEADY,
    FLOOR
  }

  @Option(
      names = "--applications",
      split = ",",
      defaultValue = "hello-http,clinic,tool,heap",
      description = "of hello-http, clinic, tool, heap (default: all)")
  List<String> applications;

  @Option(
      names = "--variants",
      split = ",",
      description =
          "of normal-17, normal-25, appcds, aot-cache, criu, copied, mapped, recorded, parked,"
              + " unprepared, recorded-21, recorded-25, recorded-27")
  List<String> variants = List.of();

  @Option(
      names = "--parts",
      split = ",",
      description = "of starts, cold, tmpfs, copies, steady, floor (default: all)")
  List<String> parts = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "11",
      description = "starts of each restored variant (default: 11)")
  int rounds;

  @Option(
      names = "--normal-rounds",
      defaultValue = "3",
      description = "starts of each other variant (default: 3)")
  int normalRounds;

  @Option(
      names = "--cold-rounds",
      defaultValue = "5",
      description = "starts with a cold page cache, and of images on tmpfs (default: 5)")
  int coldRounds;

  @Option(
      names = "--requests",
      defaultValue = "1000",
      description = "after each start, at least 100 (default: 1000)")
  int requests;

  @Option(
      names = "--warm-up",
      defaultValue = "1000",
      description = "requests before a checkpoint or a class archive (default: 1000)")
  int warmUp;

  @Option(
      names = "--copies",
      split = ",",
      defaultValue = "1,5,20",
      description = "how many copies to weigh, ascending (default: 1,5,20)")
  List<Integer> copies;

  @Option(
      names = "--heap-sizes",
      split = ",",
      defaultValue = "64,256,1024,4096",
      description =
          "MB of live objects, for measurements with several heap sizes"
              + " (default: 64,256,1024,4096)")
  List<Integer> heapSizes;

  @Option(
      names = "--steady-seconds",
      defaultValue = "40",
      description = "of load for each JVM of the steady state, half of them warm-up (default: 40)")
  int steadySeconds;

  @Option(
      names = "--output",
      defaultValue = "docs/performance.md",
      description = "the Markdown file whose generated part is written (default: ${DEFAULT-VALUE})")
  Path output;

  @Option(
      names = "--json",
      defaultValue = "docs/performance/figures.json",
      description = "the file for all raw figures (default: ${DEFAULT-VALUE})")
  Path json;

  @Option(
      names = "--plots",
      defaultValue = "docs/performance",
      description = "the folder for the plots (default: ${DEFAULT-VALUE})")
  Path plots;

  @Option(names = "--product", required = true, hidden = true, description = "distribution folder")
  Path product;

  @Option(names = "--jars", required = true, hidden = true, description = "the applications")
  Path jars;

  @Option(names = "--floor", required = true, hidden = true, description = "floor.c, compiled")
  Path floor;

  @Option(names = "--work", required = true, hidden = true, description = "the user's folder")
  Path work;

  @Option(names = "--tmpfs", required = true, hidden = true, description = "the user's, on tmpfs")
  Path tmpfs;

  @Option(names = "--user", required = true, hidden = true, description = "its number")
  int user;

  @Option(names = "--group", required = true, hidden = true, description = "its number")
  int group;

  @Option(names = "--user-name", required = true, hidden = true)
  String userName;

  boolean has(Part part) {
    return parts.isEmpty() || parts.contains(part.name().toLowerCase(java.util.Locale.ROOT));
  }

  boolean has(Variant variant) {
    return variants.isEmpty() || variants.stream().anyMatch(variant::isCalled);
  }

  /** Checks the options, and fails if a name does not exist. */
  void check() throws Failure {
    for (String name : applications) {
      require(Set.of("hello-http", "clinic", "tool", "heap").contains(name), name);
    }
    for (String name : variants) {
      require(List.of(Variant.values()).stream().anyMatch(v -> v.isCalled(name)), name);
    }
    for (String name : parts) {
      require(List.of(Part.values()).stream().anyMatch(p -> p.name().equalsIgnoreCase(name)), name);
    }
    require(rounds > 0 && normalRounds > 0 && coldRounds > 0, "rounds: 0");
    require(requests >= 100, "--requests " + requests);
  }

  private static void require(boolean fits, String value) throws Failure {
    if (!fits) {
      throw new Failure("there is no \"" + value + "\"; see benchmark/startup/run --help");
    }
  }
}
