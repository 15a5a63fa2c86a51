package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import land.oras.Platform;

/**
 * The properties that distinguish the images under one tag.
 *
 * @param machine the kind of machine, with the kernel's name
 * @param features the features of the CPU, with the kernel's names
 * @param library the path of libjvm.so, which stands for its JDK
 * @param digest the SHA-256 of that file, hexadecimal
 * @param jdk the JDK, for messages
 */
record Variant(String machine, List<String> features, String library, String digest, String jdk) {
  private static final String MACHINE = "crjvm.machine";
  private static final String FEATURES = "crjvm.cpu-features";
  private static final String LIBRARY = "crjvm.libjvm";
  private static final String DIGEST = "crjvm.libjvm.sha256";
  private static final String JDK = "crjvm.vm-version";
  private static final String FILE = "/libjvm.so";

  static Variant of(Manifest manifest) throws ImageException {
    for (String line : manifest.all("requires")) {
      String[] words = line.split(" ", 3);
      if (words.length == 3 && words[2].endsWith(FILE)) {
        return new Variant(
            manifest.require(Manifest.MACHINE),
            words(manifest.first("cpu-features").orElse("")),
            words[2],
            words[0],
            manifest.require("vm-version"));
      }
    }
    throw new ImageException("the manifest is damaged: it requires no libjvm.so");
  }

  /**
   * Reads the annotations of a registry. Older artifacts do not name the machine, because all of
   * them were for x86-64.
   */
  static Variant of(Map<String, String> annotations) {
    Map<String, String> given = annotations == null ? Map.of() : annotations;
    return new Variant(
        given.getOrDefault(MACHINE, Architecture.X86_64.kernelName()),
        words(given.getOrDefault(FEATURES, "")),
        given.getOrDefault(LIBRARY, ""),
        given.getOrDefault(DIGEST, ""),
        given.getOrDefault(JDK, ""));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  Map<String, String> annotations() {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(MACHINE, machine);
    annotations.put(FEATURES, String.join(" ", features));
    annotations.put(LIBRARY, library);
    annotations.put(DIGEST, digest);
    annotations.put(JDK, jdk);
    return annotations;
  }

  /** Returns whether both variants fit the same machines, so that one can replace the other. */
  boolean isSameAs(Variant other) {
    return machine.equals(other.machine)
        && features.equals(other.features)
        && library.equals(other.library)
        && digest.equals(other.digest);
  }

  /** Returns the kind of machine, for messages. */
  String shownMachine() {
    return Architecture.ofKernelName(machine)
        .map(Architecture::title)
        .orElseGet(() -> Names.quote(machine));
  }

  /**
   * Returns the platform of container images for the kind of machine, if they have a name for it.
   */
  Optional<Platform> platform() {
    return Architecture.ofKernelName(machine)
        .map(each -> Platform.of("linux", each.containerName()));
  }

  /** Returns the JDK, for messages. */
  String shownJdk() {
    return Names.quote(jdk) + " (" + Names.quote(library) + ")";
  }
}
