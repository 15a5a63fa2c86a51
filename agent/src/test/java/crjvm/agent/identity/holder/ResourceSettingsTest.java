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

  @Test
  void valuesOfVariablesAndPropertiesAreTheUsers() {
    assertThat(ResourceSettings.isGiven(System.getProperty("java.version"))).isTrue();
    assertThat(ResourceSettings.isGiven("0f8fad5b-d9cb-469f-a165-70867728950e")).isFalse();
  }
}
