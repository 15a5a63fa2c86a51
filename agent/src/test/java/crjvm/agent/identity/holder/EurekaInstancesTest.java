package crjvm.agent.identity.holder;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.identity.value.HostName;
import org.junit.jupiter.api.Test;

/** Tests of the place of an instance, which is renewed only if it is this machine. */
class EurekaInstancesTest {
  private static final String ADDRESS = "192.0.2.7";

  @Test
  void instanceWithoutAHostNameHasNoPlaceThatCouldBeRenewed() {
    assertThat(EurekaInstances.Place.of(null, ADDRESS, "CLINIC", 8080)).isNull();
    assertThat(EurekaInstances.Place.of(null, null, "CLINIC", 8080)).isNull();
  }

  @Test
  void hostMayBeTheMachinesNameOrAnAddress() throws Exception {
    String own = HostName.now();
    assertThat(EurekaInstances.Place.of(own, ADDRESS, "CLINIC", 8080).id())
        .isEqualTo(own + ":CLINIC:8080");
    assertThat(EurekaInstances.Place.of(ADDRESS, ADDRESS, "CLINIC", 8080).id())
        .isEqualTo(ADDRESS + ":CLINIC:8080");
    assertThat(EurekaInstances.Place.of("gateway", ADDRESS, "CLINIC", 8080)).isNull();
    assertThat(EurekaInstances.Place.of(own, ADDRESS, null, 8080)).isNull();
  }
}
