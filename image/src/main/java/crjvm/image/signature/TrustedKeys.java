package crjvm.image.signature;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Optional;

/** The keys whose images are accepted. */
public final class TrustedKeys {
  /** Accepts everybody's images, signed or not. */
  public static final TrustedKeys ANY = new TrustedKeys(null, List.of());

  private static final String VARIABLE = "CRJVM_REQUIRE_SIGNATURE";

  private final Path file;
  private final List<PublicKey> keys;

  private TrustedKeys(Path file, List<PublicKey> keys) {
    this.file = file;
    this.keys = keys;
  }

  /**
   * Accepts images that were signed with the private key of one of the public keys.
   *
   * @param file a PEM file with at least one public key
   */
  public static TrustedKeys read(Path file) throws IOException, ImageException {
    return new TrustedKeys(file, KeyFile.read(file).publicKeys());
  }

  /**
   * Reads a file of keys.
   *
   * @param file the file; empty: every image is accepted
   */
  public static TrustedKeys read(Optional<Path> file) throws IOException, ImageException {
    return file.isPresent() ? read(file.get()) : ANY;
  }

  /** Returns the file that the environment names, or nothing if it names none. */
  public static Optional<Path> fileOfEnvironment() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }

  /**
   * Checks that a trusted key has signed the manifest of an image.
   *
   * @param image a folder with a manifest; the rest of the image may still be missing
   */
  public void check(Path image) throws IOException, ImageException {
    if (file == null) {
      return;
    }
    Path signature = image.resolve(ImageSignature.FILE);
    if (!Files.isRegularFile(signature)) {
      throw new ImageException(
          "\"" + image + "\" is not signed; sign it with crjvm sign, or do not require it");
    }
    byte[] signed = Files.readAllBytes(image.resolve(Manifest.FILE));
    byte[] bytes = Files.readAllBytes(signature);
    if (keys.stream().noneMatch(key -> verifies(key, signed, bytes))) {
      throw new ImageException(
          "\"" + image + "\" is not signed by a key of \"" + file + "\"; do not trust it");
    }
  }

  private static boolean verifies(PublicKey key, byte[] content, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(KeyFile.ALGORITHM);
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // it does not have the form of a signature
    }
  }
}
