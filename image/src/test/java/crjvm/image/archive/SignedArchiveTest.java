package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.signature.ImageSignature;
import crjvm.image.signature.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests signatures in archives. */
class SignedArchiveTest {
  @TempDir Path temp;
  private Path image;
  private Path place;
  private Path secret;
  private TrustedKeys known;

  @BeforeEach
  void make() throws Exception {
    image = TestImage.small(temp.resolve("original"));
    place = Files.createDirectory(temp.resolve("place"));
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    secret = pem("secret.pem", "PRIVATE KEY", pair.getPrivate());
    known = TrustedKeys.read(pem("known.pem", "PUBLIC KEY", pair.getPublic()));
  }

  private Path pem(String name, String label, Key key) throws Exception {
    String text = Base64.getEncoder().encodeToString(key.getEncoded());
    return Files.writeString(
        temp.resolve(name),
        "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
  }

  private byte[] packed() throws Exception {
    Path archive = temp.resolve("archive");
    Archives.pack(image, archive);
    return Files.readAllBytes(archive);
  }

  private void unpack(byte[] archive) throws Exception {
    new ImageUnpacker("\"a\"", known, Identities.NONE, 2, (done, total) -> {})
        .unpack(new ByteArrayInputStream(archive), archive.length, place.resolve("image"));
  }

  private void assertRefused(byte[] archive, String cause) {
    assertThatThrownBy(() -> unpack(archive))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(cause)
        .hasMessageNotContaining("partial");
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void theSignatureTravels() throws Exception {
    ImageSignature.sign(image, secret);
    unpack(packed());

    known.check(place.resolve("image"));
    assertThat(TestImage.contents(place.resolve("image")).keySet())
        .isEqualTo(TestImage.contents(image).keySet());
  }

  @Test
  void anUnsignedImageIsNotUnpacked() throws Exception {
    assertRefused(packed(), "is not signed;");
  }

  @Test
  void nothingOfAForeignImageIsUnpacked() throws Exception {
    byte[] zeroes = new byte[64];
    String manifest = Files.readString(image.resolve("manifest"), StandardCharsets.US_ASCII);
    TestTar tar =
        TestTar.begun()
            .file("crjvm-image/manifest", manifest)
            .file("crjvm-image/manifest.sig", zeroes)
            .file("crjvm-image/plan", "is never looked at");
    assertRefused(tar.archive(), "is not signed by a key of");
  }

  @Test
  void aSignatureHasItsPlaceAndItsSize() throws Exception {
    String manifest = "format=1\nfile=5 plan\n";
    for (TestTar tar :
        new TestTar[] {
          TestTar.begun()
              .file("crjvm-image/manifest", manifest)
              .file("crjvm-image/manifest.sig", new byte[65]),
          TestTar.begun()
              .file("crjvm-image/manifest", manifest)
              .file("crjvm-image/plan", "hello")
              .file("crjvm-image/manifest.sig", new byte[64]),
          TestTar.begun().file("crjvm-image/manifest.sig", new byte[64])
        }) {
      Archives.assertRefused(tar.archive(), place)
          .hasMessageContaining("it has the file \"manifest.sig\" with");
    }
  }
}
