package crjvm.image.inspect;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checks that an image is whole and that the files it needs are what they were. */
public final class ImageVerifier {
  private ImageVerifier() {}

  /** Returns when all is well. */
  public static void verify(Path image) throws IOException, ImageException {
    Manifest manifest = Manifest.read(image);
    for (String line : manifest.all("file")) {
      String[] sizeAndName = split(line, 2);
      verifySize(image.resolve(sizeAndName[1]), Long.parseLong(sizeAndName[0]));
    }
    PlanFile plan = PlanFile.read(image.resolve("plan"));
    verifySize(image.resolve("memory"), plan.memorySize());
    for (String line : manifest.all("requires")) {
      String[] hashSizeAndPath = split(line, 3);
      verifyRequired(hashSizeAndPath[0], Path.of(hashSizeAndPath[2]));
    }
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
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
      throw new ImageException(
          "\""
              + file
              + "\" has changed since the checkpoint; make the image anew, or bring the file back");
    }
  }
}
