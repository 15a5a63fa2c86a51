package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String LIBRARY = "/usr/lib/jvm/a/lib/server/libjvm.so";

  private static final Variant VARIANT =
      new Variant(List.of("popcnt", "avx"), LIBRARY, DIGEST, "17.0.1");

  @Test
  void isThatOfTheImagesManifest() throws Exception {
    Manifest manifest =
        new Manifest()
            .add("cpu-features", "popcnt avx")
            .add("vm-version", "17.0.1")
            .add("requires", DIGEST + " 1 /usr/lib/libc.so.6")
            .add("requires", DIGEST + " 1 " + LIBRARY);
    assertThat(Variant.of(manifest)).isEqualTo(VARIANT);
    assertThatThrownBy(() -> Variant.of(new Manifest().add("vm-version", "17.0.1")))
        .isInstanceOf(ImageException.class);
  }

  @Test
  void annotationsSayAllOfIt() {
    assertThat(Variant.of(VARIANT.annotations())).isEqualTo(VARIANT);
    Variant nothing = new Variant(List.of(), "", "", "");
    assertThat(Variant.of((Map<String, String>) null)).isEqualTo(nothing);
    assertThat(Variant.of(Map.of("org.example", "x"))).isEqualTo(nothing);
  }

  @Test
  void anotherCpuOrJdkIsAnotherVariant_AndAnotherTextIsNot() {
    List<String> features = VARIANT.features();
    assertThat(VARIANT.isSameAs(new Variant(features, LIBRARY, DIGEST, "other words"))).isTrue();
    assertThat(VARIANT.isSameAs(new Variant(List.of("popcnt"), LIBRARY, DIGEST, "17.0.1")))
        .isFalse();
    assertThat(VARIANT.isSameAs(new Variant(features, "/b" + LIBRARY, DIGEST, "17.0.1"))).isFalse();
    assertThat(
            VARIANT.isSameAs(new Variant(features, LIBRARY, "f" + DIGEST.substring(1), "17.0.1")))
        .isFalse();
  }
}
