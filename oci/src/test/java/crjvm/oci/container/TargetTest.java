package crjvm.oci.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void bothFormsOfAPlaceInARegistryMeanTheSame() throws Exception {
    for (String scheme : new String[] {"docker://", "oci://"}) {
      Target target = Target.parse(scheme + "registry.example/team/app:1", "localhost/app");
      assertThat(target.kind()).isEqualTo(Target.Kind.REGISTRY);
      assertThat(target.name()).hasToString("registry.example/team/app:1");
      assertThat(target.shown()).startsWith(scheme);
      Base base = Base.parse(scheme + "registry.example/base:1");
      assertThat(base.kind()).isEqualTo(Base.Kind.REGISTRY);
      assertThat(base.reference()).isEqualTo("registry.example/base:1");
    }
  }

  @Test
  void oneSlashOrNoneIsAFolder() throws Exception {
    assertThat(Target.parse("oci:/x", "localhost/app").path()).isEqualTo(Path.of("/x"));
    assertThat(Base.parse("oci:x").kind()).isEqualTo(Base.Kind.LAYOUT);
  }

  @Test
  void otherTextsAreRefused() {
    assertThatThrownBy(() -> Target.parse("registry.example/app:1", "localhost/app"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is not a place for a container image");
    assertThatThrownBy(() -> Target.parse("oci://registry.example/APP", "localhost/app"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is not the name of a container image");
  }
}
