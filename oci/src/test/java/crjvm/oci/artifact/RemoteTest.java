package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import java.util.Map;
import land.oras.ContainerRef;
import org.junit.jupiter.api.Test;

class RemoteTest {
  @Test
  void theHostIsTheOneThatIsGiven() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of(
                "oci://localhost/app:1", "localhost app 1",
                "oci://registry/team/app:1", "registry team/app 1",
                "oci://registry:5000/team/app:1", "registry:5000 team/app 1",
                "oci://[::1]:5000/a/b/c:1.2", "[::1]:5000 a/b/c 1.2",
                "oci://localhost.test/app:latest", "localhost.test app latest")
            .entrySet()) {
      ContainerRef reference = Remote.reference(each.getKey());
      assertThat(reference.isUnqualified()).isFalse();
      assertThat(
              String.join(
                  " ", reference.getRegistry(), reference.getFullRepository(), reference.getTag()))
          .isEqualTo(each.getValue());
    }
  }

  @Test
  void aDigestStandsForATag() throws Exception {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    for (String host : new String[] {"localhost", "registry:5000", "registry"}) {
      ContainerRef reference = Remote.reference("oci://" + host + "/team/app@" + digest);
      assertThat(reference.getDigest()).isEqualTo(digest);
      assertThat(reference.getRegistry()).isEqualTo(host);
      assertThat(reference.getFullRepository()).isEqualTo("team/app");
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String place :
        new String[] {
          "oci://localhost/..:1",
          "oci://localhost:1/a/-:1",
          "x:1",
          "oci://localhost/app",
          "oci://localhost/app@sha256:0",
          "oci://localhost/app:1@sha256:" + "0".repeat(64)
        }) {
      assertThatThrownBy(() -> Remote.of(place, false))
          .isInstanceOf(ImageException.class)
          .hasMessage("\"%s\" is not a place in a registry; give oci://HOST/NAME:TAG", place);
    }
  }
}
