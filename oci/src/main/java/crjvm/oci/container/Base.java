package crjvm.oci.container;

import crjvm.image.ImageException;
import java.nio.file.Path;
import java.util.List;

/**
 * The base on which the layers of a container image lie.
 *
 * @param kind the kind of the base
 * @param path the path of a root file system, layout or archive
 * @param shown the text that the user has written
 */
public record Base(Kind kind, Path path, String shown) {
  /** The kinds of bases. */
  public enum Kind {
    /** The files of this machine that the image needs. */
    HOST,
    /** A whole root file system. */
    ROOT,
    LAYOUT,
    ARCHIVE,
    REGISTRY
  }

  private static final List<String> REGISTRIES = List.of("docker://", "oci://");

  /**
   * Parses {@code host}, {@code rootfs:DIR}, {@code oci:DIR}, {@code tar:FILE} or {@code
   * docker://REF}, for which {@code oci://REF} is another form.
   */
  public static Base parse(String text) throws ImageException {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (text.equals("host")) {
      return new Base(Kind.HOST, Path.of("/"), text);
    } else if (REGISTRIES.stream().anyMatch(text::startsWith)) {
      return new Base(Kind.REGISTRY, null, text);
    } else if (!rest.isEmpty()) {
      switch (kind) {
        case "rootfs":
          return new Base(Kind.ROOT, Target.path(rest), text);
        case "oci":
          return new Base(Kind.LAYOUT, Target.path(rest), text);
        case "tar":
          return new Base(Kind.ARCHIVE, Target.path(rest), text);
        default:
          break;
      }
    }
    throw new ImageException(
        "\""
            + text
            + "\" is not a base; give host, rootfs:DIR, oci:DIR, tar:FILE or"
            + " docker://HOST/NAME:TAG");
  }

  /** Returns the reference of a base in a registry. */
  String reference() {
    return shown.substring(shown.indexOf("//") + 2);
  }
}
