package crjvm.oci.container;

import crjvm.image.ImageException;
import java.nio.file.Path;

/**
 * What the layers of a checkpoint lie on.
 *
 * @param kind of origin
 * @param path of a root file system, layout or archive
 * @param shown as the user has written it
 */
public record Base(Kind kind, Path path, String shown) {
  /** Kinds of origin. */
  public enum Kind {
    /** The files of this machine that the checkpoint needs. */
    HOST,
    /** All of a root file system. */
    ROOT,
    LAYOUT,
    ARCHIVE,
    REGISTRY
  }

  private static final String REGISTRY = "docker://";

  /** {@code host}, {@code rootfs:DIR}, {@code oci:DIR}, {@code tar:FILE}, {@code docker://REF}. */
  public static Base parse(String text) throws ImageException {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (text.equals("host")) {
      return new Base(Kind.HOST, Path.of("/"), text);
    } else if (text.startsWith(REGISTRY)) {
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
            + "\" is no base; give host, rootfs:DIR, oci:DIR, tar:FILE or"
            + " docker://HOST/NAME:TAG");
  }

  /** Of a base in a registry. */
  String reference() {
    return shown.substring(REGISTRY.length());
  }
}
