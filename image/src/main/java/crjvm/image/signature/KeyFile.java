package crjvm.image.signature;

import crjvm.image.ImageException;
import crjvm.image.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ed25519 keys in PEM files, as OpenSSL writes them (RFC 7468, RFC 8410). */
final class KeyFile {
  static final String ALGORITHM = "Ed25519";

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private static final String PUBLIC = "PUBLIC KEY";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  private final Path path;
  private final String text;

  private KeyFile(Path path, String text) {
    this.path = path;
    this.text = text;
  }

  /**
   * Reads a file.
   *
   * @param path a path, or {@code -} for standard input, because a pipe of another user can't be
   *     opened by name
   */
  static KeyFile read(Path path) throws IOException {
    byte[] content = path.toString().equals("-") ? System.in.readAllBytes() : InputFile.read(path);
    return new KeyFile(path, new String(content, StandardCharsets.ISO_8859_1));
  }

  /** Returns at least one key. There are two while keys are being exchanged. */
  List<PublicKey> publicKeys() throws ImageException {
    List<PublicKey> keys = new ArrayList<>();
    for (byte[] key : blocks(PUBLIC)) {
      try {
        keys.add(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(key)));
      } catch (GeneralSecurityException e) {
        throw noPublicKey(e);
      }
    }
    if (keys.isEmpty()) {
      throw noPublicKey(null);
    }
    return keys;
  }

  private ImageException noPublicKey(Throwable cause) {
    return new ImageException(
        "\""
            + path
            + "\" has no public key for Ed25519; make it with openssl pkey -pubout -in PRIVATE.pem",
        cause);
  }

  /** Returns the first private key of the file. */
  PrivateKey privateKey() throws ImageException {
    if (!blocks(ENCRYPTED).isEmpty()) {
      throw new ImageException(
          "the private key in \""
              + path
              + "\" is encrypted; pass it on without: openssl pkey -in FILE | crjvm sign --key - …");
    }
    List<byte[]> blocks = blocks(PRIVATE);
    if (blocks.isEmpty()) {
      throw noPrivateKey(null);
    }
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0)));
    } catch (GeneralSecurityException e) {
      throw noPrivateKey(e);
    }
  }

  private ImageException noPrivateKey(Throwable cause) {
    return new ImageException(
        "\""
            + path
            + "\" has no private key for Ed25519; make one with openssl genpkey -algorithm ed25519",
        cause);
  }

  private List<byte[]> blocks(String label) {
    List<byte[]> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(label)) {
        blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
      }
    }
    return blocks;
  }
}
