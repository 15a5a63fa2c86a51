package crjvm.oci.artifact;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.arch.Cpu;
import crjvm.image.arch.machines.Machines;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The properties of this machine that matter for an image: its CPU and JDKs. */
final class Machine {
  private final Set<String> features;
  private final Map<Path, String> digests = new HashMap<>();

  /**
   * Describes a machine.
   *
   * @param features the features of its CPU, with the kernel's names
   */
  Machine(Set<String> features) {
    this.features = features;
  }

  static Machine find() throws IOException, ImageException {
    return new Machine(Set.copyOf(Cpu.read(Machines.own().features(), Optional.empty()).all()));
  }

  /**
   * Returns the index of the variant that requires most of this machine and fits it. The later of
   * two equals is chosen.
   *
   * @return -1 if none fits
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

  /** Describes why a variant does not fit, or returns an empty string if it fits. */
  String misfit(Variant variant) throws IOException {
    String feature = lacks(variant);
    if (!feature.isEmpty()) {
      return "the CPU lacks " + Names.quote(feature);
    }
    return hasJdk(variant) ? "" : "there is no JDK " + variant.shownJdk();
  }

  /** Returns a feature that this machine lacks, or an empty string. */
  private String lacks(Variant variant) {
    return variant.features().stream()
        .filter(each -> !features.contains(each))
        .findFirst()
        .orElse("");
  }

  /** Returns whether the variant's JDK is in its place. */
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
