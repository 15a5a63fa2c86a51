package crjvm.image.signature;

import crjvm.image.ImageException;
import crjvm.image.ImagePlace;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Set;

/**
 * Signs images. The manifest contains the digests of all other files, so its signature is enough.
 */
public final class ImageSignature {
  /** The name of the file with the 64 bytes of the signature, beside the manifest. */
  public static final String FILE = Manifest.SIGNATURE;

  /** The size of every Ed25519 signature in bytes. */
  public static final int SIZE = 64;

  private ImageSignature() {}

  /**
   * Signs a complete image and replaces an earlier signature.
   *
   * @param key a PEM file with a private key
   */
  public static void sign(Path image, Path key) throws IOException, ImageException {
    PrivateKey secret = KeyFile.read(key).privateKey();
    if (!Files.isWritable(image)) {
      throw new ImageException(
          "\"" + image + "\" can't be written; sign it as its owner, before it is made read-only");
    }
    Path fresh = image.resolve(FILE + ".new");
    Files.deleteIfExists(fresh); // a process that was killed may have left it
    ImageVerifier.verifyContents(image);
    Path manifest = image.resolve(Manifest.FILE);
    byte[] signature = sign(Files.readAllBytes(manifest), secret);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")))) {
      channel.write(ByteBuffer.wrap(signature));
      channel.force(true);
    }
    Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(manifest));
    Files.move(fresh, image.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    ImagePlace.force(image);
  }

  private static byte[] sign(byte[] content, PrivateKey key) {
    try {
      Signature signer = Signature.getInstance(KeyFile.ALGORITHM);
      signer.initSign(key);
      signer.update(content);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK from 15 on has it
    }
  }
}
