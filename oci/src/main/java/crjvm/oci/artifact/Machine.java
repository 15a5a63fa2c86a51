package crjvm.oci.artifact;

import crjvm.image.Digest;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** This machine, as far as a checkpoint asks for it: the CPU and JDKs. */
final class Machine {
  private final Set<String> features;
  private final Map<Path, String> digests = new HashMap<>();

  /**
   * @param features of its CPU, by the kernel's names
   */
  Machine(Set<String> features) {
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

  /**
   * Where in a list the variant is that asks most of this machine and gets it; the later of equals.
   *
   * @return -1: none fits
   */
  int choose(List<Variant> variants) throws IOException {
    int best = -1;
    for (int i = 0; i < variants.size(); i++) {
      Variant each = variants.get(i);
      boolean isBetter = best < 0 || each.features().size() >= variants.get(best).features().size();
      if (isBetter && misfit(each).isEmpty()) {
        best = i;
      }
    }
    return best;
  }

  /** What is in a variant's way, in words; empty: nothing. */
  String misfit(Variant variant) throws IOException {
    String feature = lacks(variant);
    if (!feature.isEmpty()) {
      return "the CPU lacks " + Names.quote(feature);
    }
    return hasJdk(variant) ? "" : "there is no JDK " + variant.shownJdk();
  }

  /** A feature that it lacks; empty: none. */
  private String lacks(Variant variant) {
    return variant.features().stream()
        .filter(each -> !features.contains(each))
        .findFirst()
        .orElse("");
  }

  /** Whether the variant's JDK is where it has to be. */
  private boolean hasJdk(Variant variant) throws IOException {
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
