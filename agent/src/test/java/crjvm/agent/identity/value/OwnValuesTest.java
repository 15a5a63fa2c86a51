package crjvm.agent.identity.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnValuesTest {
  @Test
  void valuesOfVariablesAndPropertiesAreTheUsers() {
    assertThat(OwnValues.isGiven(System.getProperty("java.version"))).isTrue();
    assertThat(OwnValues.isGiven("0f8fad5b-d9cb-469f-a165-70867728950e")).isFalse();
  }
}
