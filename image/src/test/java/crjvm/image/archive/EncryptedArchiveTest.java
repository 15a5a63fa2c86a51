package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import crjvm.image.ImageException;
import crjvm.image.signature.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests archives that were encrypted with age: they are unpacked completely or not at all. */
class EncryptedArchiveTest {
  @TempDir Path temp;
  private Path image;
  private Path place;
  private KeyPair mine;
  private KeyPair other;

  @BeforeEach
  void make() throws Exception {
    image = TestImage.large(temp.resolve("original"));
    place = Files.createDirectory(temp.resolve("place"));
    mine = new X25519KeyPairGenerator().generateKeyPair();
    other = new X25519KeyPairGenerator().generateKeyPair();
  }

  private static String recipient(KeyPair pair) {
    return new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII);
  }

  private Path identities(KeyPair... pairs) throws Exception {
    StringBuilder text = new StringBuilder("# created: today\n\n");
    for (KeyPair pair : pairs) {
      text.append(new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII))
          .append('\n');
    }
    return Files.writeString(Files.createTempFile(temp, "identity", ""), text);
  }

  private byte[] packed(KeyPair... recipients) throws Exception {
    Path archive = temp.resolve("archive");
    Recipients parsed =
        Recipients.parse(Arrays.stream(recipients).map(EncryptedArchiveTest::recipient).toList());
    PackedImage sizes = new ImagePacker(image, 1, parsed, 2, (done, total) -> {}).pack(archive);
    assertThat(archive).hasSize(sizes.archive());
    return Files.readAllBytes(archive);
  }

  private void unpack(byte[] archive, Identities identities) throws Exception {
    new ImageUnpacker("\"a\"", TrustedKeys.ANY, identities, 2, (done, total) -> {})
        .unpack(new ByteArrayInputStream(archive), archive.length, place.resolve("image"));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      byte[] archive, Identities identities) {
    AbstractThrowableAssert<?, ? extends Throwable> refusal =
        assertThatThrownBy(() -> unpack(archive, identities)).isInstanceOf(ImageException.class);
    refusal.hasMessageStartingWith("\"a\" is ").hasMessageNotContaining("\n");
    assertThat(place).isEmptyDirectory();
    return refusal;
  }

  @Test
  void eachRecipientCanUnpackIt() throws Exception {
    byte[] archive = packed(other, mine);
    assertThat(new String(archive, 0, 21, StandardCharsets.US_ASCII))
        .isEqualTo("age-encryption.org/v1");
    for (KeyPair pair : List.of(mine, other)) {
      unpack(archive, Identities.read(identities(pair)));
      assertThat(TestImage.contents(place.resolve("image"))).isEqualTo(TestImage.contents(image));
    }
  }

  @Test
  void anyOfTheIdentitiesMayBeTheOne() throws Exception {
    unpack(packed(mine), Identities.read(identities(other, mine)));
    assertThat(place.resolve("image/manifest")).exists();
  }

  @Test
  void anEncryptedArchiveIsReplaced() throws Exception {
    packed(mine);
    assertThat(packed(other)).isNotEmpty();
  }

  @Test
  void othersCanNot() throws Exception {
    Path file = identities(other);
    assertRefused(packed(mine), Identities.read(file))
        .hasMessageContaining("encrypted for others than those in \"" + file + "\"");
    assertRefused(packed(mine), Identities.NONE)
        .hasMessageContaining("is encrypted; give --identity FILE");
    assertRefused(packed(), Identities.read(file))
        .hasMessageContaining("is not encrypted; leave out --identity");
  }

  @Test
  void damageIsFoundWhereverItIs() throws Exception {
    byte[] archive = packed(mine);
    Identities identities = Identities.read(identities(mine));
    for (int at = 30; at < archive.length; at += archive.length / 25) {
      archive[at] ^= 1;
      assertRefused(archive, identities);
      archive[at] ^= 1;
    }
    archive[archive.length - 1] ^= 1;
    assertRefused(archive, identities).hasMessageContaining("it can't be decrypted from there on");
    archive[archive.length - 1] ^= 1;
    unpack(archive, identities);
  }

  @Test
  void whatIsCutOffIsRefused() throws Exception {
    byte[] archive = packed(mine);
    Identities identities = Identities.read(identities(mine));
    int chunk = (64 << 10) + 16;
    int header = archive.length % chunk;
    for (int length :
        new int[] {22, 100, header, header + chunk, archive.length / 2, archive.length - 1}) {
      assertRefused(Arrays.copyOf(archive, length), identities);
    }
    byte[] longer = Arrays.copyOf(archive, archive.length + 1);
    assertRefused(longer, identities);
  }

  @Test
  void otherRecipientsAndIdentitiesAreRefused() throws Exception {
    for (String text : List.of("", "age1", "ssh-ed25519 AAAA", recipient(mine) + "x")) {
      assertThatThrownBy(() -> Recipients.parse(List.of(text)))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("is not a recipient; ");
    }
    for (String text : List.of("", "# nothing\n", "AGE-SECRET-KEY-1XYZ", recipient(mine))) {
      Path file = Files.writeString(temp.resolve("bad"), text);
      assertThatThrownBy(() -> Identities.read(file))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("no identity, or a line that is not one; ")
          .hasMessageNotContaining("XYZ");
    }
  }
}
