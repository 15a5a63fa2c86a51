package crjvm.oci.container;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import crjvm.image.ImageException;
import java.nio.file.Path;

/**
 * The place of a container image.
 *
 * @param kind the kind of the place
 * @param path the path of a layout or an archive
 * @param name its name there, or the whole reference in a registry
 * @param shown the text that the user has written
 * @param isAppended true if the container images of other platforms keep the name
 */
public record Target(Kind kind, Path path, ImageReference name, String shown, boolean isAppended) {
  /** The kinds of places. */
  public enum Kind {
    LAYOUT,
    ARCHIVE,
    REGISTRY
  }

  /**
   * Parses a place.
   *
   * @param text {@code oci:DIR}, {@code tar:FILE}, or {@code docker://HOST/NAME:TAG}, for which
   *     {@code oci://} is another form
   * @param name the name in a layout or archive
   */
  public static Target parse(String text, String name) throws ImageException {
    if (text.startsWith("docker://") || text.startsWith("oci://")) {
      String place = text.substring(text.indexOf("//") + 2);
      return new Target(Kind.REGISTRY, null, reference(place), text, false);
    } else if (text.startsWith("oci:") && text.length() > 4) {
      return new Target(Kind.LAYOUT, path(text.substring(4)), reference(name), text, false);
    } else if (text.startsWith("tar:") && text.length() > 4) {
      return new Target(Kind.ARCHIVE, path(text.substring(4)), reference(name), text, false);
    }
    throw new ImageException(
        "\""
            + text
            + "\" is not a place for a container image; give oci:DIR, tar:FILE or"
            + " docker://HOST/NAME:TAG");
  }

  /** Returns the same place, at which container images of other platforms stay. */
  public Target appended() throws ImageException {
    if (kind != Kind.REGISTRY) {
      throw new ImageException(
          "--append is not possible with \""
              + shown
              + "\"; give a tag in a registry, docker://HOST/NAME:TAG");
    }
    return new Target(kind, path, name, shown, true);
  }

  static Path path(String text) {
    return Path.of(text).toAbsolutePath().normalize();
  }

  static ImageReference reference(String text) throws ImageException {
    try {
      return ImageReference.parse(text);
    } catch (InvalidImageReferenceException e) {
      throw new ImageException(
          "\"" + text + "\" is not the name of a container image; give HOST/NAME:TAG", e);
    }
  }
}
