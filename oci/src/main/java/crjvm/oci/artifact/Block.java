package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file of an image; a layer of the artifact.
 *
 * @param file its name
 * @param offset in it
 * @param length bytes
 * @param sha256 of the content, hexadecimal
 */
record Block(String file, long offset, int length, String sha256) {
  /** The layer's annotation. */
  static final String ANNOTATION = "crjvm.block";

  /** Bytes: what a reader has to be able to hold, several times. */
  static final int MAX = 32 << 20;

  private static final Pattern TEXT =
      Pattern.compile("(\\S+) (\\d{1,18}) (\\d{1,9}) ([0-9a-f]{64})");

  String format() {
    return file + " " + offset + " " + length + " " + sha256;
  }

  /** Reads what a registry says. */
  static Block parse(String text) throws ImageException {
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
    throw new ImageException(
        "the artifact was not made by crjvm push: a layer says "
            + Names.quote(String.valueOf(text))
            + "; do not trust it");
  }

  long end() {
    return offset + length;
  }
}
