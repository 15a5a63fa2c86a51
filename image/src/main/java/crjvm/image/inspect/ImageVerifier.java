package crjvm.image.inspect;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import crjvm.image.arch.Architecture;
import crjvm.image.manifest.BlockDigests;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks that an image is complete and that the files it needs are unchanged. */
public final class ImageVerifier {
  private ImageVerifier() {}

  private record Required(String digest, Path file) {}

  /**
   * Checks the image, and the files that it needs if it is for this kind of machine.
   *
   * @return the machine that the image is for, if it is another one, whose files are not here
   */
  public static Optional<Architecture> verify(Path image) throws IOException, ImageException {
    Manifest manifest = verifyContents(image);
    Architecture machine = PlanFile.read(image.resolve(PlanFile.FILE)).machine().architecture();
    if (!machine.isOwn()) {
      return Optional.of(machine);
    }
    verifyRequired(manifest.all("requires"));
    return Optional.empty();
  }

  private static void verifyRequired(List<String> lines) throws IOException, ImageException {
    List<Required> required = new ArrayList<>();
    for (String line : lines) {
      required.add(required(line));
    }
    for (Required each : required) {
      if (!Files.isRegularFile(each.file())) {
        throw new ImageException("the image needs \"" + each.file() + "\", which is missing");
      }
    }
    for (Required each : changed(required)) {
      throw new ImageException(
          "\""
              + each.file()
              + "\" has changed since the checkpoint; make the image again, or bring the file back");
    }
  }

  private static Required required(String line) throws ImageException {
    String[] words = line.split(" ", 3);
    if (words.length != 3 || words[2].indexOf('\0') >= 0) {
      throw new ImageException("the manifest is damaged: \"" + Names.visible(line) + "\"");
    }
    return new Required(words[0], Path.of(words[2]));
  }

  private static List<Required> changed(List<Required> required) throws IOException {
    try {
      return required.parallelStream()
          .filter(each -> !digest(each.file()).equals(each.digest()))
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String digest(Path file) {
    try {
      return Digest.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks every byte of the image's own files.
   *
   * @return the image's manifest
   */
  public static Manifest verifyContents(Path image) throws IOException, ImageException {
    Manifest manifest = verifyFiles(image);
    for (Map.Entry<String, String> each : ImageFiles.digests(manifest).entrySet()) {
      Path file = image.resolve(each.getKey());
      if (!Digest.sha256(file).equals(each.getValue())) {
        throw new ImageException(
            "\"" + file + "\" is damaged: its SHA-256 is different; make the image again");
      }
    }
    verifyClosed(image, manifest);
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    for (String name : plan.imageFiles()) {
      if (!ImageFiles.sizes(manifest).containsKey(name)) {
        throw unnamed(name);
      }
    }
    verifyMemory(image, plan);
    return manifest;
  }

  /** Checks that the manifest names every file except itself and files that are written later. */
  private static void verifyClosed(Path image, Manifest manifest)
      throws IOException, ImageException {
    Set<String> names = new HashSet<>(ImageFiles.sizes(manifest).keySet());
    for (String name : List.of(PlanFile.FILE, MemoryHeader.FILE)) {
      if (!names.contains(name)) {
        throw unnamed(name);
      }
    }
    names.addAll(ImageFiles.BESIDE);
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.sorted().toList()) {
        if (!names.contains(file.getFileName().toString())) {
          throw new ImageException(
              Names.quote(file.toString())
                  + " is in the image's folder, and its manifest does not name it; remove it, or"
                  + " make the image again");
        }
      }
    }
  }

  private static ImageException unnamed(String file) {
    return new ImageException(
        "the manifest does not name \"" + file + "\", which a restore opens; make the image again");
  }

  private static void verifyMemory(Path image, PlanFile plan) throws IOException, ImageException {
    Path memory = image.resolve(MemoryHeader.FILE);
    BlockDigests digests = BlockDigests.read(image.resolve(BlockDigests.FILE), plan.memorySize());
    List<Long> damaged = digests.differences(memory);
    if (damaged.isEmpty()) {
      return;
    }
    long first = damaged.get(0);
    String place = new MemoryPlaces(plan).describe(first, first + BlockDigests.BLOCK);
    throw new ImageException(
        "\""
            + memory
            + "\" is damaged in the block at "
            + first
            + " ("
            + place
            + ")"
            + (damaged.size() > 1 ? ", and in more (" + (damaged.size() - 1) + ")" : "")
            + "; make the image again");
  }

  /**
   * Checks the image's own files only, and only with quick checks.
   *
   * @return the image's manifest
   */
  public static Manifest verifyFiles(Path image) throws IOException, ImageException {
    Manifest manifest = Manifest.read(image);
    for (Map.Entry<String, Long> each : ImageFiles.sizes(manifest).entrySet()) {
      verifySize(image.resolve(each.getKey()), each.getValue());
    }
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    verifySize(image.resolve(MemoryHeader.FILE), plan.memorySize());
    return manifest;
  }

  private static void verifySize(Path file, long expected) throws IOException, ImageException {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("\"" + file + "\" is missing; make the image again");
    }
    long size = Files.size(file);
    if (size != expected) {
      throw new ImageException(
          "\""
              + file
              + "\" has "
              + size
              + " bytes instead of "
              + expected
              + "; make the image again");
    }
  }
}
