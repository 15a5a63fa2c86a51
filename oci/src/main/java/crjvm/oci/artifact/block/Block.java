package crjvm.oci.artifact.block;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file of an image. It is compressed by itself.
 *
 * @param file the name of the file
 * @param offset the offset in the file
 * @param length the number of bytes
 * @param sha256 the SHA-256 of the content, hexadecimal
 */
public record Block(String file, long offset, int length, String sha256) {
  /** The name of the annotation of a layer with one block. */
  static final String ANNOTATION = "crjvm.block";

  /** The largest number of bytes. A reader must be able to hold this several times in memory. */
  static final int MAX = 32 << 20;

  private static final Pattern TEXT =
      Pattern.compile("(\\S+) (\\d{1,18}) (\\d{1,9}) ([0-9a-f]{64})");

  public String format() {
    return file + " " + offset + " " + length + " " + sha256;
  }

  /** Parses the text of a registry. */
  public static Block parse(String text) throws ImageException {
    Matcher matcher = TEXT.matcher(text == null ? "" : text);
    if (matcher.matches() && Names.isSimple(matcher.group(1))) {
      Block block =
          new Block(
              matcher.group(1),
              Long.parseLong(matcher.group(2)),
              Integer.parseInt(matcher.group(3)),
              matcher.group(4));
      if (block.length > 0 && block.length <= MAX) {
        return block;
      }
    }
    throw wrong(text);
  }

  static ImageException wrong(String text) {
    return new ImageException(
        "the artifact was not made by crjvm push: a layer says "
            + Names.quote(String.valueOf(text))
            + "; do not trust it");
  }

  public long end() {
    return offset + length;
  }
}
