package crjvm.image.inspect;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that an image is whole and that the files it needs are what they were. */
public final class ImageVerifier {
  private ImageVerifier() {}

  /** Returns when all is well. */
  public static void verify(Path image) throws IOException, ImageException {
    for (String line : verifyFiles(image).all("requires")) {
      String[] hashSizeAndPath = split(line, 3);
      verifyRequired(hashSizeAndPath[0], Path.of(hashSizeAndPath[2]));
    }
  }

  /**
   * Checks the image's own files only, as far as that is quick.
   *
   * @return the image's manifest
   */
  public static Manifest verifyFiles(Path image) throws IOException, ImageException {
    Manifest manifest = Manifest.read(image);
    for (String line : manifest.all("file")) {
      String[] sizeAndName = split(line, 2);
      verifySize(image.resolve(sizeAndName[1]), Long.parseLong(sizeAndName[0]));
    }
    PlanFile plan = PlanFile.read(image.resolve("plan"));
    verifySize(image.resolve("memory"), plan.memorySize());
    return manifest;
  }

  private static String[] split(String line, int parts) throws ImageException {
    String[] words = line.split(" ", parts);
    if (words.length != parts) {
      throw new ImageException("the manifest is damaged: \"" + line + "\"");
    }
    return words;
  }

  private static void verifySize(Path file, long expected) throws IOException, ImageException {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("\"" + file + "\" is missing; make the image anew");
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
              + "; make the image anew");
    }
  }

  private static void verifyRequired(String expected, Path file)
      throws IOException, ImageException {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("the image needs \"" + file + "\", which is missing");
    }
    if (!Digest.sha256(file).equals(expected)) {
      throw new ImageException(
          "\""
              + file
              + "\" has changed since the checkpoint; make the image anew, or bring the file back");
    }
  }
}
