package crjvm.agent.identity.holder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** Tests of ids at Consul, which have the machine's name between hyphens. */
class ConsulPlaceTest {
  private static final ConsulPlace HERE = new ConsulPlace("shop.example", "192.0.2.7");
  private static final ConsulPlace THERE = new ConsulPlace("till.example", "192.0.2.8");

  private static String moved(ConsulPlace place, String id) throws Exception {
    return place.movedId(id, 8080, THERE, new HashMap<>(), null);
  }

  @Test
  void machinesNameInAnIdIsTheCopys() throws Exception {
    assertThat(HERE.isOwn("clinic-shop-example-8080")).isTrue();
    assertThat(moved(HERE, "clinic-shop-example-8080")).isEqualTo("clinic-till-example-8080");
    assertThat(moved(HERE, "clinic:shop.example:8080")).isEqualTo("clinic:till.example:8080");
    assertThat(HERE.isOwn("clinic-workshop-example-8080")).isFalse();
  }

  @Test
  void serviceMayHaveTheNameOfItsMachine() {
    ConsulPlace place = new ConsulPlace("shop", "192.0.2.7");
    assertThat(place.ofIdsOf("shop").isOwn("shop-8080")).isFalse();
    assertThat(place.ofIdsOf("clinic").isOwn("clinic-shop-8080")).isTrue();
    assertThat(place.ofIdsOf(null).isOwn("clinic-shop-8080")).isTrue();
  }

  @Test
  void addressesAndUrlsAreTheCopys() {
    assertThat(HERE.movedHost("shop.example", THERE)).isEqualTo("till.example");
    assertThat(HERE.movedHost("192.0.2.7", THERE)).isEqualTo("192.0.2.8");
    assertThat(HERE.movedHost("proxy.example", THERE)).isEqualTo("proxy.example");
    assertThat(HERE.movedUrl("http://shop.example:8080/health", 8080, THERE))
        .isEqualTo("http://till.example:8080/health");
    assertThat(HERE.movedUrl("http://proxy.example/health", 8080, THERE))
        .isEqualTo("http://proxy.example/health");
  }
}
