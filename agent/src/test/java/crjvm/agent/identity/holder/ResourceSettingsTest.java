package crjvm.agent.identity.holder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceSettingsTest {
  @Test
  void attributesAreReadAsOpenTelemetryReadsThem() {
    assertThat(ResourceSettings.attributes("a=b, c.d = e%20f+g ,h=i=j"))
        .isEqualTo(Map.of("a", "b", "c.d", "e f+g", "h", "i=j"));
  }

  @Test
  void whatIsNoAttributeIsLeftOut() {
    assertThat(ResourceSettings.attributes("")).isEmpty();
    assertThat(ResourceSettings.attributes("a,=b,,c=50%")).isEqualTo(Map.of("c", "50%"));
  }
}
