package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.signature.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;

/** Packs and unpacks in the same way as the commands. */
final class Archives {
  private static final int THREADS = 2;
  private static final int LEVEL = 1;

  private Archives() {}

  static PackedImage pack(Path image, Path archive) throws Exception {
    return packer(image, THREADS).pack(archive);
  }

  static ImagePacker packer(Path image, int threads) {
    return new ImagePacker(image, LEVEL, Recipients.EVERYBODY, threads, (done, total) -> {});
  }

  static PackedImage unpack(byte[] archive, Path image) throws Exception {
    return new ImageUnpacker(
            "\"a\"", TrustedKeys.ANY, Identities.NONE, THREADS, (done, total) -> {})
        .unpack(new ByteArrayInputStream(archive), archive.length, image);
  }

  /** Asserts that unpacking fails with a message of one line, and leaves nothing in the folder. */
  static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      byte[] archive, Path emptyFolder) {
    AbstractThrowableAssert<?, ? extends Throwable> refusal =
        assertThatThrownBy(() -> unpack(archive, emptyFolder.resolve("image")))
            .isInstanceOf(ImageException.class);
    refusal.message().doesNotContain("\n", "partial");
    assertThat(emptyFolder).isEmptyDirectory();
    return refusal;
  }
}
