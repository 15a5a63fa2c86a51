package crjvm.oci.artifact;

import crjvm.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** This machine, as far as a checkpoint asks for it: the CPU and JDKs. */
final class Machine {
  private final Set<String> features;
  private final Map<Path, String> digests = new HashMap<>();

  private Machine(Set<String> features) {
    this.features = features;
  }

  static Machine find() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags")) {
        return new Machine(Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +")));
      }
    }
    return new Machine(Set.of());
  }

  /** A feature that it lacks; empty: none. */
  String lacks(Variant variant) {
    return variant.features().stream()
        .filter(each -> !features.contains(each))
        .findFirst()
        .orElse("");
  }

  /** Whether the variant's JDK is where it has to be. */
  boolean hasJdk(Variant variant) throws IOException {
    Path library = Path.of(variant.library());
    if (!library.isAbsolute() || !Files.isRegularFile(library)) {
      return false;
    }
    if (!digests.containsKey(library)) {
      digests.put(library, Digest.sha256(library));
    }
    return digests.get(library).equals(variant.digest());
  }
}
