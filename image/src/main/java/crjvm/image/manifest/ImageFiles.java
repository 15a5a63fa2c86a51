package crjvm.image.manifest;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The lines of a manifest about an image's files: the size and the SHA-256 of each. For the memory
 * file there is a file of digests instead of one digest.
 */
public final class ImageFiles {
  /** The key of a file's size and name. */
  public static final String SIZE = "file";

  /** The key of a file's SHA-256 and name. */
  public static final String DIGEST = "sha256";

  /**
   * The name of the file with the paths of files that copies have written since the checkpoint, for
   * later starts.
   */
  public static final String WRITTEN = "written";

  /**
   * Files in the folder that no manifest names: the manifest itself, and files that are written
   * later.
   */
  public static final Set<String> BESIDE = Set.of(Manifest.FILE, Manifest.SIGNATURE, WRITTEN);

  private ImageFiles() {}

  /**
   * Adds all files of a folder to the manifest, and the digests of its memory file to the folder.
   */
  public static void addTo(Manifest manifest, Path image) throws IOException {
    Path memory = image.resolve(MemoryHeader.FILE);
    Files.write(image.resolve(BlockDigests.FILE), BlockDigests.compute(memory).format());
    List<Path> files;
    try (Stream<Path> list = Files.list(image)) {
      files = list.sorted().toList();
    }
    for (Path file : files) {
      manifest.add(SIZE, Files.size(file) + " " + file.getFileName());
    }
    for (Path file : files) {
      if (!file.equals(memory)) {
        manifest.add(DIGEST, Digest.sha256(file) + " " + file.getFileName());
      }
    }
  }

  /** Returns the manifest after one file has got other contents. */
  public static Manifest replace(Manifest manifest, String name, byte[] content) {
    return manifest
        .with(SIZE, line -> isAbout(line, name) ? content.length + " " + name : line)
        .with(DIGEST, line -> isAbout(line, name) ? Digest.sha256(content) + " " + name : line);
  }

  private static boolean isAbout(String line, String name) {
    return line.substring(line.indexOf(' ') + 1).equals(name);
  }

  /** Returns the sizes by name, in the manifest's order. */
  public static Map<String, Long> sizes(Manifest manifest) throws ImageException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String line : manifest.all(SIZE)) {
      String[] sizeAndName = split(line);
      if (!sizeAndName[0].matches("\\d{1,18}")) {
        throw damaged(line);
      }
      if (!Names.isSimple(sizeAndName[1])) {
        throw new ImageException(
            "the manifest names "
                + Names.quote(sizeAndName[1])
                + ", which is not a file of an image");
      }
      put(sizes, sizeAndName[1], Long.valueOf(sizeAndName[0]), line);
    }
    return sizes;
  }

  /**
   * Returns the digests by name, one for each file except the memory file.
   *
   * @throws ImageException if a file has none
   */
  public static Map<String, String> digests(Manifest manifest) throws ImageException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (String line : manifest.all(DIGEST)) {
      String[] digestAndName = split(line);
      put(digests, digestAndName[1], digestAndName[0], line);
    }
    List<String> files = new ArrayList<>(sizes(manifest).keySet());
    files.add(BlockDigests.FILE);
    files.remove(MemoryHeader.FILE);
    for (String name : files) {
      if (!digests.containsKey(name)) {
        throw new ImageException(
            "the manifest has no digest of \"" + name + "\"; make the image again");
      }
    }
    return digests;
  }

  private static <T> void put(Map<String, T> map, String name, T value, String line)
      throws ImageException {
    if (map.put(name, value) != null) {
      throw damaged(line);
    }
  }

  private static String[] split(String line) throws ImageException {
    String[] words = line.split(" ", 2);
    if (words.length != 2) {
      throw damaged(line);
    }
    return words;
  }

  private static ImageException damaged(String line) {
    return new ImageException("the manifest is damaged: \"" + line + "\"");
  }
}
