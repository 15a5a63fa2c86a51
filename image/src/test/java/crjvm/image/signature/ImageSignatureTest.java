package crjvm.image.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.archive.TestImage;
import crjvm.image.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which images are accepted. */
class ImageSignatureTest {
  @TempDir Path temp;
  private Path image;
  private Path secret;
  private Path known;

  @BeforeEach
  void make() throws Exception {
    image = TestImage.small(temp.resolve("image"));
    KeyPair pair = pair("Ed25519");
    secret = write("secret.pem", "PRIVATE KEY", pair.getPrivate());
    known = write("known.pem", "PUBLIC KEY", pair.getPublic());
  }

  private static KeyPair pair(String algorithm) throws Exception {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  private Path write(String name, String label, Key key) throws Exception {
    return Files.writeString(temp.resolve(name), pem(label, key.getEncoded()));
  }

  private static String pem(String label, byte[] content) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  private void assertRefused(Path keys, String cause) {
    assertThatThrownBy(() -> TrustedKeys.read(keys).check(image))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(cause)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aSignedImageIsTaken() throws Exception {
    ImageSignature.sign(image, secret);

    TrustedKeys.read(known).check(image);
    assertThat(image.resolve("manifest.sig")).hasSize(64);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(image.resolve("manifest.sig"))))
        .isEqualTo("r--------");
  }

  @Test
  void signedTwiceItHasOneSignature() throws Exception {
    ImageSignature.sign(image, write("other.pem", "PRIVATE KEY", pair("Ed25519").getPrivate()));
    assertRefused(known, "is not signed by a key of \"" + known + "\"");
    ImageSignature.sign(image, secret);

    TrustedKeys.read(known).check(image);
    assertThat(image.resolve("manifest.sig.new")).doesNotExist();
  }

  @Test
  void anyOfTheKeysIsGood() throws Exception {
    ImageSignature.sign(image, secret);
    String other = pem("PUBLIC KEY", pair("Ed25519").getPublic().getEncoded());
    Path both =
        Files.writeString(temp.resolve("both"), other + "a word\n" + Files.readString(known));

    TrustedKeys.read(both).check(image);
  }

  @Test
  void whatIsNotSignedIsRefused() throws Exception {
    assertRefused(known, "\"" + image + "\" is not signed;");
    TrustedKeys.ANY.check(image);
  }

  @Test
  void anotherManifestIsRefused() throws Exception {
    ImageSignature.sign(image, secret);
    Path manifest = image.resolve(Manifest.FILE);
    Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(manifest, Files.readString(manifest) + "command.vm=/bin/sh\n");

    assertRefused(known, "is not signed by a key of");
  }

  @Test
  void aSignatureOfAnotherLengthIsRefused() throws Exception {
    for (int length : new int[] {0, 63, 65}) {
      Path signature = Files.write(image.resolve("manifest.sig"), new byte[length]);
      assertRefused(known, "is not signed by a key of");
      Files.delete(signature);
    }
  }

  @Test
  void aDamagedImageIsNotSigned() throws Exception {
    Path memory = image.resolve("memory");
    Files.setPosixFilePermissions(memory, PosixFilePermissions.fromString("rw-------"));
    byte[] content = Files.readAllBytes(memory);
    content[17] ^= 1;
    Files.write(memory, content);

    assertThatThrownBy(() -> ImageSignature.sign(image, secret))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is damaged in the block at 0");
    assertThat(image.resolve("manifest.sig")).doesNotExist();
  }

  @Test
  void otherKeysAreRefused() throws Exception {
    Path rsa = write("rsa.pem", "PUBLIC KEY", pair("RSA").getPublic());
    assertRefused(rsa, "has no public key for Ed25519");
    assertRefused(secret, "has no public key for Ed25519");
    assertRefused(Files.createFile(temp.resolve("empty")), "has no public key for Ed25519");
    assertRefused(
        Files.writeString(temp.resolve("junk"), pem("PUBLIC KEY", new byte[44])),
        "has no public key for Ed25519");
  }

  @Test
  void otherSecretsAreRefused() throws Exception {
    Path encrypted =
        Files.writeString(temp.resolve("e"), pem("ENCRYPTED PRIVATE KEY", new byte[100]));
    for (Path key : new Path[] {known, write("rsa.pem", "PRIVATE KEY", pair("RSA").getPrivate())}) {
      assertThatThrownBy(() -> ImageSignature.sign(image, key))
          .hasMessageContaining("has no private key for Ed25519");
    }
    assertThatThrownBy(() -> ImageSignature.sign(image, encrypted))
        .hasMessageContaining("is encrypted; ");
  }
}
