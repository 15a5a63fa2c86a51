package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import land.oras.Platform;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static final String X86_64 = "x86_64";
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String LIBRARY = "/usr/lib/jvm/a/lib/server/libjvm.so";

  private static final Variant VARIANT =
      new Variant(X86_64, List.of("popcnt", "avx"), LIBRARY, DIGEST, "17.0.1");

  @Test
  void isThatOfTheImagesManifest() throws Exception {
    Manifest manifest =
        new Manifest()
            .add("machine", X86_64)
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
    Variant nothing = new Variant(X86_64, List.of(), "", "", "");
    assertThat(Variant.of((Map<String, String>) null)).isEqualTo(nothing);
    assertThat(Variant.of(Map.of("org.example", "x"))).isEqualTo(nothing);
  }

  @Test
  void anotherCpuOrJdkIsAnotherVariant_AndAnotherTextIsNot() {
    List<String> features = VARIANT.features();
    assertThat(VARIANT.isSameAs(new Variant(X86_64, features, LIBRARY, DIGEST, "other words")))
        .isTrue();
    assertThat(VARIANT.isSameAs(new Variant(X86_64, List.of("popcnt"), LIBRARY, DIGEST, "17.0.1")))
        .isFalse();
    assertThat(VARIANT.isSameAs(new Variant(X86_64, features, "/b" + LIBRARY, DIGEST, "17.0.1")))
        .isFalse();
    assertThat(
            VARIANT.isSameAs(
                new Variant(X86_64, features, LIBRARY, "f" + DIGEST.substring(1), "17.0.1")))
        .isFalse();
  }

  /**
   * Tests that artifacts without a machine, as they were when there was one kind of machine, are
   * for that kind.
   */
  @Test
  void anotherMachineIsAnotherVariant_AndNoneIsX86() {
    Variant arm = new Variant("aarch64", VARIANT.features(), LIBRARY, DIGEST, "17.0.1");
    assertThat(VARIANT.isSameAs(arm)).isFalse();
    assertThat(Variant.of(arm.annotations())).isEqualTo(arm);
    Map<String, String> older = new HashMap<>(VARIANT.annotations());
    older.remove("crjvm.machine");
    assertThat(Variant.of(older)).isEqualTo(VARIANT);
    assertThat(VARIANT.platform()).contains(Platform.of("linux", "amd64"));
    assertThat(arm.platform()).contains(Platform.of("linux", "arm64"));
    Variant strange = new Variant("riscv64", List.of(), LIBRARY, DIGEST, "17.0.1");
    assertThat(strange.platform()).isEmpty();
    assertThat(strange.shownMachine()).isEqualTo("\"riscv64\"");
  }
}
