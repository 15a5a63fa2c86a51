package crjvm.oci.artifact;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
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
import java.util.stream.Collectors;

/** The properties of this machine that matter for an image: its kind, its CPU and its JDKs. */
final class Machine {
  private final Architecture kind;
  private final Set<String> features;
  private final Map<Path, String> digests = new HashMap<>();

  /**
   * Describes a machine.
   *
   * @param features the features of its CPU, with the kernel's names
   */
  Machine(Architecture kind, Set<String> features) {
    this.kind = kind;
    this.features = features;
  }

  static Machine find() throws IOException, ImageException {
    crjvm.image.arch.Machine own = Machines.own();
    return new Machine(
        own.architecture(), Set.copyOf(Cpu.read(own.features(), Optional.empty()).all()));
  }

  /**
   * Returns the index of the variant that fits this machine and requires the most CPU features. Of
   * two equal ones the later is chosen.
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

  /** Describes why none of these fits. It describes the last one for this kind of machine. */
  String misfit(List<Variant> variants) throws IOException {
    List<Variant> own = variants.stream().filter(this::isOfKind).toList();
    return own.isEmpty() ? otherKinds(variants) : misfit(own.get(own.size() - 1));
  }

  /** Describes why a variant does not fit, or returns an empty string if it fits. */
  String misfit(Variant variant) throws IOException {
    if (!isOfKind(variant)) {
      return otherKinds(List.of(variant));
    }
    String feature = lacks(variant);
    if (!feature.isEmpty()) {
      return "the CPU lacks " + Names.quote(feature);
    }
    return hasJdk(variant) ? "" : "there is no JDK " + variant.shownJdk();
  }

  private boolean isOfKind(Variant variant) {
    return variant.machine().equals(kind.kernelName());
  }

  private String otherKinds(List<Variant> variants) {
    return "it is "
        + kind.title()
        + ", and they are for "
        + variants.stream()
            .map(Variant::shownMachine)
            .distinct()
            .collect(Collectors.joining(" and "));
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
    if (variant.library().indexOf('\0') >= 0) {
      return false; // it comes from the registry, and is no path
    }
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
